package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backward operation of {@link GroupNormalize} with respect to its scale: {@code x, dy} to the
 * sum of {@code dy z} over all axes but the last, {@code [channels]}.
 *
 * @param grouping what was normalized together
 */
public record GroupNormalizeScaleGradient(Grouping grouping) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    grouping.check(name(), in, 2);
    return Shape.of(in.get(0).dim(-1));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor x = in.get(0);
    return kernels.groupNormalization().scaleGradient(grouping.of(x.shape()), x, in.get(1), out);
  }

  /** {@code dy} gets {@code z dOut}, and {@code x} what {@code z} hands on of {@code dy dOut}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Value dy = in.get(1);
    Value z = x.engine().apply(new GroupNormalize(grouping), List.of(x));
    Op toInput = new GroupNormalizeInputGradient(grouping);
    return List.of(x.engine().apply(toInput, List.of(x, dy, dOut)), z.multiply(dOut));
  }
}
