package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The backward operation of {@link BatchNormalize} with respect to its input: {@code x [...,
 * channels], moments [3, channels], dy, sums [2, channels]} and perhaps {@code scale [channels]} to
 * {@code dx = scale (dy - sum(dy) / count - z sum(dy z) / count) / sqrt(variance + epsilon)}.
 *
 * @param epsilon what was added to the variance
 */
public record BatchNormalizeInputGradient(double epsilon) implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    Shape perChannel = Shape.of(channels(x));
    check(in, 1, perChannel.prepend(3), x, perChannel.prepend(2), perChannel);
    return x;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor scale = in.size() == 5 ? in.get(4) : null;
    return kernels
        .batchNormalization()
        .inputGradient(epsilon, in.get(0), in.get(1), in.get(2), in.get(3), scale, out);
  }
}
