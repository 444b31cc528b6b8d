package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What propagates back to the kernel through {@link Conv2d}, {@code [n, height, width, channels] x
 * [n, positions, positions, filters] -> [size, size, channels / groups, filters]}.
 *
 * @param how the kernels went over the images
 */
public record Conv2dKernelGradient(Convolution how) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    Shape dy = in.get(1);
    int groups = how.groups();
    boolean fits =
        x.rank() == 4
            && dy.rank() == 4
            && x.dim(0) == dy.dim(0)
            && how.height().positions(x.dim(1)) == dy.dim(1)
            && how.width().positions(x.dim(2)) == dy.dim(2)
            && x.dim(3) % groups == 0
            && dy.dim(3) % groups == 0;
    if (!fits) {
      throw new ShapeException(
          "%s expects [n, height, width, channels] and what %s made of it, got %s and %s"
              .formatted(name(), how, x, dy));
    }
    return Shape.of(how.height().size(), how.width().size(), x.dim(3) / groups, dy.dim(3));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.convolutions().kernelGradient(how, in.get(0), in.get(1), out);
  }

  /** It is linear in both: {@code dOut} takes the place of the kernel. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Op ofX = new Conv2dInputGradient(how, x.shape().dim(1), x.shape().dim(2));
    Engine engine = dOut.engine();
    return List.of(
        engine.apply(ofX, List.of(in.get(1), dOut)),
        engine.apply(new Conv2d(how), List.of(x, dOut)));
  }
}
