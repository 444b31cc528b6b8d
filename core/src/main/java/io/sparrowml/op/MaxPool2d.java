package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest number of each window over images, {@code [n, height, width, channels] -> [n,
 * positions, positions, channels]}; the first of those that are equal, row by row.
 *
 * @param height the windows along the height; places outside of the image do not count
 * @param width the windows along the width
 */
public record MaxPool2d(Window height, Window width) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return Pool2d.infer(name(), height, width, in.get(0));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.pooling().max(height, width, in.get(0), out);
  }

  /**
   * Behind a ReLU, what it lets through is asked of the maxima, which are fewer: {@link LeakyRelu}
   * need not ask again.
   */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Value through = dOut;
    if (x.op() instanceof LeakyRelu relu && relu.slope() == 0) {
      through = dOut.engine().apply(new LeakyReluGradient(0), List.of(out, dOut));
    }
    Op back = new MaxPool2dGradient(height, width);
    return List.of(dOut.engine().apply(back, List.of(x, through)));
  }
}
