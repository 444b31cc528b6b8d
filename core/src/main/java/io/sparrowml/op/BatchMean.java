package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The mean that a batch shows: {@code moments [3, channels], otherwise [channels] -> [channels]},
 * the second input where no number was counted.
 */
public record BatchMean() implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    Shape perChannel = Shape.of(channels(in.get(0)));
    check(in, 0, perChannel.prepend(3), perChannel);
    return perChannel;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.batchNormalization().mean(in.get(0), in.get(1), out);
  }
}
