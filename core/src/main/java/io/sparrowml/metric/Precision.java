package io.sparrowml.metric;

import org.jspecify.annotations.Nullable;

/**
 * Of the samples for which a class is predicted, the share that are of it: {@code TP / (TP + FP)}.
 *
 * <p>Results are the average, and each class's as {@code precision.class} for up to 100 classes. A
 * class that is never predicted has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record Precision(@Nullable Average average) implements ClassRatio {
  @Override
  public String name() {
    return "precision";
  }

  @Override
  public double ratio(long hits, long predicted, long actual) {
    return ClassCounts.fraction(hits, predicted);
  }
}
