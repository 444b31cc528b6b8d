package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mean of each window over images, {@code [n, height, width, channels] -> [n, positions,
 * positions, channels]}.
 *
 * @param height the windows along the height; places outside of the image do not count, neither in
 *     the sum nor in the number (as in Keras; PyTorch counts them as zeros unless told otherwise)
 * @param width the windows along the width
 */
public record AveragePool2d(Window height, Window width) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return Pool2d.infer(name(), height, width, in.get(0));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.pooling().average(height, width, in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Shape x = in.get(0).shape();
    Op back = new AveragePool2dGradient(height, width, x.dim(1), x.dim(2));
    return List.of(dOut.engine().apply(back, List.of(dOut)));
  }
}
