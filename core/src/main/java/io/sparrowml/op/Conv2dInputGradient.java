package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What propagates back to the images through {@link Conv2d}, {@code [n, positions, positions,
 * filters] x [size, size, channels / groups, filters] -> [n, height, width, channels]}: each number
 * of the gradient times the kernel, summed up where the windows were. Also known as the transposed
 * convolution.
 *
 * @param how the kernels went over the images
 * @param height of the images
 * @param width of the images
 */
public record Conv2dInputGradient(Convolution how, int height, int width) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape dy = in.get(0);
    Shape kernel = in.get(1);
    int rows = how.height().positions(height);
    int columns = how.width().positions(width);
    boolean fits =
        dy.rank() == 4
            && Conv2d.isKernel(how, kernel)
            && dy.dim(1) == rows
            && dy.dim(2) == columns
            && dy.dim(3) == kernel.dim(3)
            && kernel.dim(3) % how.groups() == 0;
    if (!fits) {
      throw new ShapeException(
          "%s expects [n, %d, %d, filters] and %s, got %s and %s"
              .formatted(name(), rows, columns, Conv2d.kernel(how), dy, kernel));
    }
    return Shape.of(dy.dim(0), height, width, kernel.dim(2) * how.groups());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernel(kernels, in, out, List.of());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
    return kernels.convolutions().inputGradient(how, in.get(0), in.get(1), out, then);
  }

  /** It is linear in both, and undone by the convolution and the gradient of its kernel. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Engine engine = dOut.engine();
    return List.of(
        engine.apply(new Conv2d(how), List.of(dOut, in.get(1))),
        engine.apply(new Conv2dKernelGradient(how), List.of(dOut, in.get(0))));
  }
}
