package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The variance that a batch shows, without bias: {@code moments [3, channels], otherwise [channels]
 * -> [channels]}, {@code M2 / (count - 1)}, and the second input where fewer than two numbers were
 * counted.
 */
public record BatchVariance() implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    Shape perChannel = Shape.of(channels(in.get(0)));
    check(in, 0, perChannel.prepend(3), perChannel);
    return perChannel;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.batchNormalization().variance(in.get(0), in.get(1), out);
  }
}
