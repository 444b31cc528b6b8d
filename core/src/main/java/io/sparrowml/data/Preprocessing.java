package io.sparrowml.data;

import io.sparrowml.config.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from raw rows to the inputs of a network, saved with the model: missing numbers are
 * filled in, numbers are scaled, categories become one-hot, texts are ids of tokens. {@link
 * Batches} carries it out.
 *
 * @param features the columns, in the order of the raw values and of the inputs
 * @param scaling one a feature; that of a categorical feature or a text changes nothing
 * @param label how labels that are numbers are scaled; null where they are not
 */
public record Preprocessing(List<Feature> features, List<Scaling> scaling, @Nullable Scaling label)
    implements Serializable {
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
    if (label != null && label.shift().size() != 1) {
      throw new ConfigException(
          "preprocessing expects one shift for the label, got " + label.shift().size());
    }
  }

  /** The preprocessing that leaves labels as they are. */
  public Preprocessing(List<Feature> features, List<Scaling> scaling) {
    this(features, scaling, null);
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
      Scaling one = Scaling.fit(normalize, all);
      shift.addAll(one.shift());
      scale.addAll(one.scale());
    }
    return new Scaling(shift, scale);
  }

  /**
   * The same, filling in missing numbers.
   *
   * @param numbers for each raw value what it becomes where it is missing; used for features of one
   *     number, as those of several may miss none
   */
  public Preprocessing filling(float[] numbers) {
    List<Scaling> filling = new ArrayList<>();
    int raw = 0;
    for (int i = 0; i < features.size(); i++) {
      Feature feature = features.get(i);
      boolean number = feature instanceof Feature.Numeric numeric && numeric.width() == 1;
      filling.add(number ? scaling.get(i).filling(numbers[raw]) : scaling.get(i));
      raw += feature.rawWidth();
    }
    return new Preprocessing(features, filling, label);
  }

  /** The same, scaling labels by what was measured on those of the training rows. */
  public Preprocessing scalingLabels(Normalize normalize, Statistics.Summary labels) {
    Scaling fitted = normalize == Normalize.NONE ? null : Scaling.fit(normalize, labels);
    return new Preprocessing(features, scaling, fitted);
  }

  /** Whether missing numbers are filled in. */
  public boolean fills() {
    return scaling.stream().anyMatch(each -> each.fill() != null);
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
