package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The sums over the batches that were normalized together, from those over this worker's batch:
 * {@code [2, channels] -> [2, channels]}.
 *
 * @param statistics what merges
 * @param layer the path of the layer
 */
public record MergeBatchSums(BatchStatistics statistics, String layer) implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor own = in.get(0);
    return () -> {
      out.copyFrom(own);
      statistics.backward(layer, out);
    };
  }
}
