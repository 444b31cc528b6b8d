package io.sparrowml.data;

import io.sparrowml.config.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from raw rows to the inputs of a network, saved with the model: numbers are scaled,
 * categories become one-hot. {@link Batches} carries it out.
 *
 * @param features the columns, in the order of the raw values and of the inputs
 * @param scaling one a feature; a categorical feature's changes nothing
 */
public record Preprocessing(List<Feature> features, List<Scaling> scaling) implements Serializable {
  /** Checks that features and scalings fit together. */
  public Preprocessing {
    features = List.copyOf(features);
    scaling = List.copyOf(scaling);
    if (features.isEmpty() || features.size() != scaling.size()) {
      throw new ConfigException(
          "preprocessing expects at least one feature and a scaling for each, got "
              + features.size()
              + " and "
              + scaling.size());
    }
    for (int i = 0; i < features.size(); i++) {
      int channels = channels(features.get(i));
      if (scaling.get(i).shift().size() != channels) {
        throw new ConfigException(
            "preprocessing expects one shift for each of the "
                + channels
                + " channels of '"
                + features.get(i).name()
                + "', got "
                + scaling.get(i).shift().size());
      }
    }
  }

  /** The preprocessing that leaves numbers as they are. */
  public static Preprocessing identity(List<Feature> features) {
    return new Preprocessing(
        features, features.stream().map(f -> Scaling.identity(channels(f))).toList());
  }

  /**
   * The preprocessing that normalizes by what was measured on the training rows. A channel without
   * variance gets scale 1, so it becomes 0.
   *
   * @param statistics over the raw values of the features, in their order
   */
  public static Preprocessing fit(
      List<Feature> features, Normalize normalize, Statistics statistics) {
    if (normalize == Normalize.NONE) {
      return identity(features);
    }
    List<Scaling> scaling = new ArrayList<>();
    int raw = 0;
    for (Feature feature : features) {
      scaling.add(
          feature instanceof Feature.Numeric numeric
              ? fit(numeric, raw, normalize, statistics)
              : Scaling.identity(1));
      raw += feature.rawWidth();
    }
    return new Preprocessing(features, scaling);
  }

  private static Scaling fit(
      Feature.Numeric feature, int from, Normalize normalize, Statistics statistics) {
    List<Float> shift = new ArrayList<>();
    List<Float> scale = new ArrayList<>();
    for (int channel = 0; channel < feature.channels(); channel++) {
      Statistics.Summary all = Statistics.Summary.EMPTY;
      for (int i = channel; i < feature.width(); i += feature.channels()) {
        all = all.merge(statistics.summary(from + i));
      }
      boolean standard = normalize == Normalize.STANDARD;
      double spread = standard ? StrictMath.sqrt(all.variance()) : all.max() - all.min();
      shift.add((float) (standard ? all.mean() : all.min()));
      scale.add(spread > 0 ? (float) (1 / spread) : 1f);
    }
    return new Scaling(shift, scale);
  }

  private static int channels(Feature feature) {
    return feature instanceof Feature.Numeric numeric ? numeric.channels() : 1;
  }

  /** How many raw values a row has. */
  public int rawWidth() {
    return features.stream().mapToInt(Feature::rawWidth).sum();
  }

  /** How many inputs the network gets. */
  public int width() {
    return features.stream().mapToInt(Feature::width).sum();
  }

  /** The names of the features, for errors. */
  public List<String> names() {
    return features.stream().map(Feature::name).toList();
  }
}
