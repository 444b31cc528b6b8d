package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a softmax of {@code scale x} over the last axis hands back to {@code x}, from its result
 * {@code y} and the gradient {@code g} with respect to it: {@code scale y (g - sum_j y_j g_j)}.
 *
 * @param scale what the softmax multiplied with
 */
public record SoftmaxGradient(double scale) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() == 0 || !in.get(0).equals(in.get(1))) {
      throw new ShapeException(
          "softmax gradient expects two of the same shape [..., classes], got "
              + in.get(0)
              + " and "
              + in.get(1));
    }
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.attention().softmaxGradient(in.get(0), in.get(1), scale, out);
  }

  /**
   * With {@code h = dOut}: {@code dy = scale (h (g - sum_j y_j g_j) - g sum_j y_j h_j)} and {@code
   * dg = scale y (h - sum_j y_j h_j)}.
   */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value y = in.get(0);
    Value g = in.get(1);
    Shape sums = y.shape().with(-1, 1);
    Value ofG = y.multiply(g).sumTo(sums);
    Value ofH = y.multiply(dOut).sumTo(sums);
    Value dy = dOut.multiply(g.subtract(ofG)).subtract(g.multiply(ofH)).scale(scale);
    return List.of(dy, y.engine().apply(this, List.of(y, dOut)));
  }
}
