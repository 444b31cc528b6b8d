package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.op.GroupNormalize;
import io.sparrowml.op.Grouping;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Layer normalization (Ba, Kiros and Hinton, 2016): each vector of features gets mean 0 and
 * variance 1, then a learned scale and shift for each feature: {@code [n, ..., features] -> [n,
 * ..., features]}, {@code scale (x - mean) / sqrt(variance + epsilon) + shift}, mean and variance
 * (that of the population) over the last axis. The same in training and inference.
 *
 * @param epsilon what is added to the variance, 1e-5 unless given, as in PyTorch (Keras has 1e-3)
 * @param scale whether {@code scale [features]} is learned, true unless given
 * @param shift whether {@code shift [features]} is learned, true unless given
 */
public record LayerNorm(
    @Default("1e-5") double epsilon, @Default("true") boolean scale, @Default("true") boolean shift)
    implements Layer {

  /** Checks epsilon. */
  public LayerNorm {
    Ranges.positive("epsilon", epsilon);
  }

  /** A layer that learns scale and shift. */
  public LayerNorm(double epsilon) {
    this(epsilon, true, true);
  }

  /** The default. */
  public LayerNorm() {
    this(1e-5);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 2) {
      throw new ShapeException("layer-norm expects [n, ..., features], got " + x.shape());
    }
    List<Value> inputs = new ArrayList<>(List.of(x));
    inputs.addAll(ScaleAndShift.of(p, x.shape().dim(-1), scale, shift));
    return x.engine().apply(new GroupNormalize(new Grouping(-1, 1, epsilon)), inputs);
  }
}
