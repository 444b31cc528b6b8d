package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What other images hold at the places where {@link MaxPool2d} finds the largest numbers: from
 * {@code x} and values of its shape, {@code [n, positions, positions, channels]}.
 *
 * @param height the windows along the height
 * @param width the windows along the width
 */
public record MaxPool2dSelect(Window height, Window width) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (!in.get(1).equals(in.get(0))) {
      throw new ShapeException(
          "%s expects two of the same shape, got %s and %s"
              .formatted(name(), in.get(0), in.get(1)));
    }
    return Pool2d.infer(name(), height, width, in.get(0));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.pooling().select(height, width, in.get(0), in.get(1), out);
  }

  /** The places do not change with {@code x}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Op back = new MaxPool2dGradient(height, width);
    return Arrays.asList(null, dOut.engine().apply(back, List.of(in.get(0), dOut)));
  }
}
