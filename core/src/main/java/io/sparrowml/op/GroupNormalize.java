package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group normalization (Wu and He, 2018, equation 1), and layer normalization (Ba, Kiros and Hinton,
 * 2016): {@code y = scale z + shift} with {@code z = (x - mean) / sqrt(variance + epsilon)}, mean
 * and variance being those of the number's group.
 *
 * <p>Takes {@code x [..., channels]}, or with it {@code scale [channels]} and {@code shift
 * [channels]}.
 *
 * @param grouping what is normalized together
 */
public record GroupNormalize(Grouping grouping) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    grouping.check(name(), in, 1);
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    boolean affine = in.size() == 3;
    Tensor x = in.get(0);
    return kernels
        .groupNormalization()
        .normalize(
            grouping.of(x.shape()), x, affine ? in.get(1) : null, affine ? in.get(2) : null, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    if (in.size() == 1) {
      return List.of(x.engine().apply(new GroupNormalizeInputGradient(grouping), List.of(x, dOut)));
    }
    Value scale = in.get(1);
    Op toInput = new GroupNormalizeInputGradient(grouping);
    Op toScale = new GroupNormalizeScaleGradient(grouping);
    return List.of(
        x.engine().apply(toInput, List.of(x, dOut, scale)),
        x.engine().apply(toScale, List.of(x, dOut)),
        dOut.sumTo(scale.shape()));
  }
}
