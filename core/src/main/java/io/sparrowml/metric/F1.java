package io.sparrowml.metric;

import org.jspecify.annotations.Nullable;

/**
 * The harmonic mean of precision and recall of a class: {@code 2 TP / (2 TP + FP + FN)} (van
 * Rijsbergen, <em>Information Retrieval</em>, 1979, chapter 7, with equal weights).
 *
 * <p>Results are the average, and each class's as {@code f1.class} for up to 100 classes. A class
 * that is never there and never predicted has 0, as in scikit-learn.
 *
 * @param average how one number is made of the classes'; where not given, that of class 1 for two
 *     classes, and the mean for more
 */
public record F1(@Nullable Average average) implements ClassRatio {
  @Override
  public String name() {
    return "f1";
  }

  @Override
  public double ratio(long hits, long predicted, long actual) {
    return ClassCounts.fraction(2 * hits, predicted + actual);
  }
}
