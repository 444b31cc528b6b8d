package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalization (Ioffe and Szegedy, 2015, algorithm 1): {@code y = scale z + shift} with
 * {@code z = (x - mean) / sqrt(M2 / count + epsilon)}, channel by channel.
 *
 * <p>Takes {@code x [..., channels]} and its {@code moments [3, channels]}, perhaps merged with
 * those of other batches, or with them {@code scale [channels]} and {@code shift [channels]}.
 *
 * <p>Differentiable once. The gradient with respect to {@code x} is the whole one: it accounts for
 * the moments' dependence on {@code x}, so the moments get none.
 *
 * @param epsilon what is added to the variance before its root is taken
 * @param statistics what merges the sums of the backward pass: that which merged the moments
 * @param layer the path of the layer
 */
public record BatchNormalize(double epsilon, BatchStatistics statistics, String layer)
    implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    Shape perChannel = Shape.of(channels(in.get(0)));
    check(in, 1, perChannel.prepend(3), perChannel, perChannel);
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernel(kernels, in, out, List.of());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
    Tensor scale = in.size() == 4 ? in.get(2) : null;
    Tensor shift = in.size() == 4 ? in.get(3) : null;
    return kernels
        .batchNormalization()
        .normalize(epsilon, in.get(0), in.get(1), scale, shift, out, then);
  }

  /** {@code scale} and {@code shift} get this batch's own sums, {@code x} needs the merged ones. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Engine engine = dOut.engine();
    Value x = in.get(0);
    Value moments = in.get(1);
    Value own = engine.apply(new BatchSums(epsilon), List.of(x, moments, dOut));
    Value merged = engine.apply(new MergeBatchSums(statistics, layer), List.of(own));
    List<Value> toInput = new ArrayList<>(List.of(x, moments, dOut, merged));
    List<@Nullable Value> gradients = new ArrayList<>();
    if (in.size() == 4) {
      toInput.add(in.get(2));
    }
    gradients.add(engine.apply(new BatchNormalizeInputGradient(epsilon), toInput));
    gradients.add(null);
    if (in.size() == 4) {
      Shape perChannel = in.get(2).shape();
      gradients.add(own.slice(0, 1, 2).reshape(perChannel));
      gradients.add(own.slice(0, 0, 1).reshape(perChannel));
    }
    return gradients;
  }
}
