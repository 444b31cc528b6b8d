package io.sparrowml.data;

import io.sparrowml.tensor.Tensor;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the numbers of one feature: {@code (x - shift) * scale}, with one shift and scale
 * a channel. A missing number becomes {@code fill} before.
 *
 * @param fill null where no number may be missing
 */
public record Scaling(List<Float> shift, List<Float> scale, @Nullable Float fill)
    implements Serializable {
  /** Checks that both have the same length. */
  public Scaling {
    shift = List.copyOf(shift);
    scale = List.copyOf(scale);
    if (shift.isEmpty() || shift.size() != scale.size()) {
      throw new IllegalArgumentException(
          "scaling expects as many shifts as scales, at least one, got "
              + shift.size()
              + " and "
              + scale.size());
    }
  }

  /** A scaling of numbers of which none may be missing. */
  public Scaling(List<Float> shift, List<Float> scale) {
    this(shift, scale, null);
  }

  /** The scaling that changes nothing. */
  public static Scaling identity(int channels) {
    return new Scaling(Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1f));
  }

  /** The scaling of one channel that normalizes numbers as measured. */
  static Scaling fit(Normalize normalize, Statistics.Summary all) {
    if (normalize == Normalize.NONE) {
      return identity(1);
    }
    boolean standard = normalize == Normalize.STANDARD;
    double spread = standard ? StrictMath.sqrt(all.variance()) : all.max() - all.min();
    return new Scaling(
        List.of((float) (standard ? all.mean() : all.min())),
        List.of(spread > 0 ? (float) (1 / spread) : 1f));
  }

  /** The same, with another number in the place of a missing one. */
  Scaling filling(@Nullable Float number) {
    return new Scaling(shift, scale, number);
  }

  /** The scaled number {@code x} of channel 0. */
  float apply(float x) {
    return (x - shift.get(0)) * scale.get(0);
  }

  /**
   * Takes numbers of channel 0 back to what they were: {@code y / scale + shift}.
   *
   * @param scaled FLOAT32
   * @param out of at least the same size
   */
  public void undo(Tensor scaled, Tensor out) {
    FloatBuffer from = scaled.floats();
    FloatBuffer to = out.floats();
    float divisor = scale.get(0);
    float add = shift.get(0);
    for (int i = 0; i < scaled.size(); i++) {
      to.put(i, from.get(i) / divisor + add);
    }
  }
}
