package io.sparrowml.op;

import io.sparrowml.kernel.GroupSizes;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backward operation of {@link GroupNormalize} with respect to its input: {@code x, dy} and
 * perhaps {@code scale [channels]} to {@code dx = J g}, where {@code g = scale dy} and, with means
 * over the group, {@code J g = (g - mean(g) - z mean(g z)) / sqrt(variance + epsilon)}.
 *
 * @param grouping what was normalized together
 */
public record GroupNormalizeInputGradient(Grouping grouping) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    grouping.check(name(), in, 2);
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor x = in.get(0);
    Tensor scale = in.size() == 3 ? in.get(2) : null;
    return kernels
        .groupNormalization()
        .inputGradient(grouping.of(x.shape()), x, in.get(1), scale, out);
  }

  /**
   * With the gradient {@code v} of the result: {@code J} is symmetric, so {@code g} gets {@code J
   * v}, and {@code x} gets {@code -(z mean(v J g) + mean(g z) J v + mean(v z) J g) / sqrt(variance
   * + epsilon)}.
   */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Value dy = in.get(1);
    Value toG = x.engine().apply(this, List.of(x, dOut));
    if (in.size() == 2) {
      return List.of(toX(x, dy, out, dOut, toG), toG);
    }
    Value scale = in.get(2);
    return List.of(
        toX(x, dy.multiply(scale), out, dOut, toG),
        toG.multiply(scale),
        toG.multiply(dy).sumTo(scale.shape()));
  }

  private Value toX(Value x, Value g, Value out, Value dOut, Value toG) {
    GroupSizes sizes = grouping.of(x.shape());
    Shape seen = Shape.of(sizes.rows(), sizes.positions(), sizes.groups(), sizes.width());
    Value numbers = x.reshape(seen);
    Value mean = mean(numbers);
    Value variance = mean(numbers.subtract(mean).square());
    Value inverse = x.engine().apply(new InverseRoot(sizes.epsilon()), List.of(variance));
    Value z = numbers.subtract(mean).multiply(inverse);
    Value v = dOut.reshape(seen);
    Value ofG = out.reshape(seen);
    Value sum =
        z.multiply(mean(v.multiply(ofG)))
            .add(toG.reshape(seen).multiply(mean(g.reshape(seen).multiply(z))))
            .add(ofG.multiply(mean(v.multiply(z))));
    return sum.multiply(inverse).scale(-1).reshape(x.shape());
  }

  /** The means of {@code [rows, positions, groups, width]} by row and group. */
  private static Value mean(Value seen) {
    Shape shape = seen.shape();
    double count = (double) shape.dim(1) * shape.dim(3);
    return seen.sumTo(shape.with(1, 1).with(3, 1)).scale(1 / count);
  }
}
