package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * A backward operation of {@link BatchNormalize}: {@code x [..., channels], moments [3, channels],
 * dy} to the sums of {@code dy} and of {@code dy z}, {@code [2, channels]}; the gradients with
 * respect to shift and scale.
 *
 * @param epsilon what was added to the variance
 */
public record BatchSums(double epsilon) implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    int channels = channels(in.get(0));
    check(in, 1, Shape.of(3, channels), in.get(0));
    return Shape.of(2, channels);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.batchNormalization().sums(epsilon, in.get(0), in.get(1), in.get(2), out);
  }
}
