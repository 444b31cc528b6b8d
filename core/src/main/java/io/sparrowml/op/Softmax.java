package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Softmax over the last axis: {@code y_i = e^(x_i) / sum_j e^(x_j)}. */
public record Softmax() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() == 0) {
      throw new ShapeException("softmax expects [..., classes], got " + in.get(0));
    }
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.softmax(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(out.engine().apply(new SoftmaxGradient(1), List.of(out, dOut)));
  }
}
