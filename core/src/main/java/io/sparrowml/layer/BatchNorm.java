package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.Constant;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.BatchMean;
import io.sparrowml.op.BatchMoments;
import io.sparrowml.op.BatchNormalize;
import io.sparrowml.op.BatchVariance;
import io.sparrowml.op.Engine;
import io.sparrowml.op.InverseRoot;
import io.sparrowml.op.MergeBatchMoments;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalization (Ioffe and Szegedy, 2015, algorithms 1 and 2): {@code [n, ..., channels] ->
 * [n, ..., channels]}, {@code scale (x - mean) / sqrt(variance + epsilon) + shift} for each
 * channel.
 *
 * <p>In training mean and variance (that of the population) are those of the batch, over all axes
 * but the last: of the micro-batch, unless the training merges {@link
 * io.sparrowml.op.BatchStatistics} of several. In inference they are running ones, the statistics
 * {@code mean} and {@code variance}, so no row depends on another, and the layer is one factor and
 * one term for each channel. They follow {@code running = momentum running + (1 - momentum) batch}
 * with the batch's mean and its unbiased variance, {@code M2 / (count - 1)}, as in PyTorch (Keras
 * takes that of the population).
 *
 * <p>Where a batch has one number a channel, that number becomes {@code shift}, has gradient 0, and
 * leaves the running variance as it is. PyTorch refuses such batches; here the last one of a
 * worker's epoch may be one, and its step must not fail.
 *
 * <p>Differentiable once: {@link LayerNorm} and {@link GroupNorm} have gradients of gradients.
 *
 * @param momentum how much of the running statistics is kept at each update, in [0, 1); 0.9 unless
 *     given (PyTorch counts the other way: its 0.1 is this 0.9; Keras has 0.99)
 * @param epsilon what is added to the variance, 1e-5 unless given, as in PyTorch (Keras has 1e-3)
 * @param scale whether {@code scale [channels]} is learned, true unless given
 * @param shift whether {@code shift [channels]} is learned, true unless given
 */
public record BatchNorm(
    @Default("0.9") double momentum,
    @Default("1e-5") double epsilon,
    @Default("true") boolean scale,
    @Default("true") boolean shift)
    implements Layer {

  /** Checks momentum and epsilon. */
  public BatchNorm {
    Ranges.fraction("momentum", momentum);
    Ranges.positive("epsilon", epsilon);
  }

  /** The default. */
  public BatchNorm() {
    this(0.9, 1e-5, true, true);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 2 || x.shape().dim(-1) == 0) {
      throw new ShapeException("batch-norm expects [n, ..., channels], got " + x.shape());
    }
    Shape perChannel = Shape.of(x.shape().dim(-1));
    List<Value> scaleAndShift = ScaleAndShift.of(p, perChannel.dim(0), scale, shift);
    Value mean = p.statistic("mean", perChannel, new Zeros(), momentum);
    Value variance = p.statistic("variance", perChannel, new Constant(1), momentum);
    if (!p.training()) {
      return inferred(x, mean, variance, scaleAndShift);
    }
    Engine engine = x.engine();
    Value own = engine.apply(new BatchMoments(), List.of(x));
    Value moments =
        engine.apply(new MergeBatchMoments(p.batchStatistics(), p.path()), List.of(own));
    p.observe("mean", engine.apply(new BatchMean(), List.of(moments, mean)));
    p.observe("variance", engine.apply(new BatchVariance(), List.of(moments, variance)));
    List<Value> inputs = new ArrayList<>(List.of(x, moments));
    inputs.addAll(scaleAndShift);
    return engine.apply(new BatchNormalize(epsilon, p.batchStatistics(), p.path()), inputs);
  }

  /** {@code factor x + (shift - factor mean)}. */
  private Value inferred(Value x, Value mean, Value variance, List<Value> scaleAndShift) {
    Value factor = x.engine().apply(new InverseRoot(epsilon), List.of(variance));
    if (scaleAndShift.isEmpty()) {
      return x.multiply(factor).subtract(factor.multiply(mean));
    }
    factor = factor.multiply(scaleAndShift.get(0));
    return x.multiply(factor).add(scaleAndShift.get(1).subtract(factor.multiply(mean)));
  }
}
