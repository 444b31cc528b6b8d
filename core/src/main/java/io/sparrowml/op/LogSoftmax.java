package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logarithm of {@link Softmax}: {@code y_i = x_i - log(sum_j e^(x_j))} over the last axis. */
public record LogSoftmax() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() == 0) {
      throw new ShapeException("log softmax expects [..., classes], got " + in.get(0));
    }
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.logSoftmax(in.get(0), out);
  }

  /** {@code dx = dy - e^y sum_j dy_j}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value total = dOut.sumTo(out.shape().with(-1, 1));
    return List.of(dOut.subtract(out.exp().multiply(total)));
  }
}
