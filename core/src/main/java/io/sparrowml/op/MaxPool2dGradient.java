package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What propagates back through {@link MaxPool2d}: from {@code x} and the gradient of the maxima,
 * each gradient at the place of its maximum, {@code [n, height, width, channels]}.
 *
 * @param height the windows along the height
 * @param width the windows along the width
 */
public record MaxPool2dGradient(Window height, Window width) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Pool2d.check(name(), height, width, in.get(0), in.get(1));
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.pooling().maxGradient(height, width, in.get(0), in.get(1), out);
  }

  /** The places do not change with {@code x}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Op select = new MaxPool2dSelect(height, width);
    return Arrays.asList(null, dOut.engine().apply(select, List.of(in.get(0), dOut)));
  }
}
