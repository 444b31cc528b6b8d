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
 * Group normalization (Wu and He, 2018, equations 1 to 6): the channels are cut into groups, and in
 * each sample each group gets mean 0 and variance 1, then a learned scale and shift for each
 * channel: {@code [n, ..., channels] -> [n, ..., channels]}, {@code scale (x - mean) /
 * sqrt(variance + epsilon) + shift}, mean and variance (that of the population) over all axes but
 * the first, within the group. The same in training and inference, and no sample depends on
 * another.
 *
 * <p>One group is layer normalization over whole samples; as many groups as channels are instance
 * normalization (Ulyanov, Vedaldi and Lempitsky, 2016).
 *
 * @param groups how many, 32 unless given; they must divide the channels
 * @param epsilon what is added to the variance, 1e-5 unless given
 * @param scale whether {@code scale [channels]} is learned, true unless given
 * @param shift whether {@code shift [channels]} is learned, true unless given
 */
public record GroupNorm(
    @Default("32") int groups,
    @Default("1e-5") double epsilon,
    @Default("true") boolean scale,
    @Default("true") boolean shift)
    implements Layer {

  /** Checks the groups and epsilon. */
  public GroupNorm {
    Ranges.atLeastOne("groups", groups);
    Ranges.positive("epsilon", epsilon);
  }

  /** A layer that learns scale and shift. */
  public GroupNorm(int groups) {
    this(groups, 1e-5, true, true);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() < 2 || x.shape().dim(-1) % groups != 0) {
      throw new ShapeException(
          "group-norm expects [n, ..., channels] with channels that %d groups divide, got %s"
              .formatted(groups, x.shape()));
    }
    List<Value> inputs = new ArrayList<>(List.of(x));
    inputs.addAll(ScaleAndShift.of(p, x.shape().dim(-1), scale, shift));
    return x.engine().apply(new GroupNormalize(new Grouping(1, groups, epsilon)), inputs);
  }
}
