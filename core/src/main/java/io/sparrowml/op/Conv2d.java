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
 * The convolution of images with kernels, {@code [n, height, width, channels] x [size, size,
 * channels / groups, filters] -> [n, positions, positions, filters]}:
 *
 * <pre>y[n, i, j, o] = sum over u, v, c of x[n, s i + d u - p, s j + d v - p, c] k[u, v, c, o]
 * </pre>
 *
 * <p>with stride s, dilation d and p places before the first of each axis.
 *
 * @param how the kernels go over the images
 */
public record Conv2d(Convolution how) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    Shape kernel = in.get(1);
    int groups = how.groups();
    boolean fits =
        x.rank() == 4
            && isKernel(how, kernel)
            && x.dim(3) == kernel.dim(2) * groups
            && kernel.dim(3) % groups == 0;
    if (!fits) {
      throw new ShapeException(
          "%s expects [n, height, width, channels] and %s, got %s and %s"
              .formatted(name(), kernel(how), x, kernel));
    }
    int rows = how.height().positions(x.dim(1));
    int columns = how.width().positions(x.dim(2));
    if (rows == 0 || columns == 0) {
      throw new ShapeException(
          "%s expects images of at least %d x %d, got %s; take a smaller size, or padding"
              .formatted(
                  name(),
                  how.height().span() - how.height().before() - how.height().after(),
                  how.width().span() - how.width().before() - how.width().after(),
                  x));
    }
    return Shape.of(x.dim(0), rows, columns, kernel.dim(3));
  }

  /** What kernels are expected to be. */
  static String kernel(Convolution how) {
    return "[%d, %d, channels%s, filters]"
        .formatted(
            how.height().size(), how.width().size(), how.groups() == 1 ? "" : " / " + how.groups());
  }

  static boolean isKernel(Convolution how, Shape kernel) {
    return kernel.rank() == 4
        && kernel.dim(0) == how.height().size()
        && kernel.dim(1) == how.width().size();
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernel(kernels, in, out, List.of());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
    return kernels.convolutions().forward(how, in.get(0), in.get(1), out, then);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Value kernel = in.get(1);
    Op ofX = new Conv2dInputGradient(how, x.shape().dim(1), x.shape().dim(2));
    Engine engine = dOut.engine();
    return List.of(
        engine.apply(ofX, List.of(dOut, kernel)),
        engine.apply(new Conv2dKernelGradient(how), List.of(x, dOut)));
  }
}
