package io.sparrowml.metric;

import org.jspecify.annotations.Nullable;

/**
 * Of the samples of a class, the share for which it is predicted: {@code TP / (TP + FN)}.
 *
 * <p>Results are the average, and each class's as {@code recall.class} for up to 100 classes. A
 * class that is never there has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record Recall(@Nullable Average average) implements ClassRatio {
  @Override
  public String name() {
    return "recall";
  }

  @Override
  public double ratio(long hits, long predicted, long actual) {
    return ClassCounts.fraction(hits, actual);
  }
}
