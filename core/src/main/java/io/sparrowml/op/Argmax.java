package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of the greatest number along the last axis, {@code [..., classes] -> [...]}, the first
 * of them where there are several; NaN counts as the greatest. Without a gradient.
 */
public record Argmax() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    if (x.rank() == 0 || x.dim(-1) == 0) {
      throw new ShapeException("argmax expects [..., classes], got " + x);
    }
    return Shape.of(Arrays.copyOf(x.dims(), x.rank() - 1));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.selections().argmax(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
