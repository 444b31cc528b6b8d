package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What propagates back through {@link AveragePool2d}: each gradient spread evenly over the places
 * of its window, {@code [n, positions, positions, channels] -> [n, rows, columns, channels]}.
 *
 * @param height the windows along the height
 * @param width the windows along the width
 * @param rows of the images
 * @param columns of the images
 */
public record AveragePool2dGradient(Window height, Window width, int rows, int columns)
    implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape dy = in.get(0);
    if (dy.rank() != 4) {
      throw new ShapeException(
          "%s expects [n, height, width, channels], got %s".formatted(name(), dy));
    }
    Shape x = Shape.of(dy.dim(0), rows, columns, dy.dim(3));
    Pool2d.check(name(), height, width, x, dy);
    return x;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.pooling().averageGradient(height, width, in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.averagePool2d(height, width));
  }
}
