package io.sparrowml.metric;

import java.util.Arrays;

/** How many samples of a class and of the others have each distinct score, the lowest first. */
final class ScoreCounts {
  private final long[] ofClass;
  private final long[] ofOthers;
  private final boolean finite;

  private ScoreCounts(long[] ofClass, long[] ofOthers, boolean finite) {
    this.ofClass = ofClass;
    this.ofOthers = ofOthers;
    this.finite = finite;
  }

  /** The counts of a sorted list of {@link Scores}. */
  static ScoreCounts of(long[] entries) {
    long[] ofClass = new long[entries.length];
    long[] ofOthers = new long[entries.length];
    int at = -1;
    for (int i = 0; i < entries.length; i++) {
      at += i == 0 || Scores.score(entries[i]) != Scores.score(entries[i - 1]) ? 1 : 0;
      (Scores.ofClass(entries[i]) ? ofClass : ofOthers)[at] += Scores.count(entries[i]);
    }
    boolean finite =
        entries.length == 0 || Scores.score(entries[entries.length - 1]) != Scores.notNumber();
    return new ScoreCounts(Arrays.copyOf(ofClass, at + 1), Arrays.copyOf(ofOthers, at + 1), finite);
  }

  /** How many distinct scores there are. */
  int size() {
    return ofClass.length;
  }

  /** How many samples of the class have the i-th score. */
  long ofClass(int i) {
    return ofClass[i];
  }

  /** How many samples of other classes have the i-th score. */
  long ofOthers(int i) {
    return ofOthers[i];
  }

  /** Samples of the class. */
  long ofClass() {
    return Arrays.stream(ofClass).sum();
  }

  /** Samples of other classes. */
  long ofOthers() {
    return Arrays.stream(ofOthers).sum();
  }

  /** Whether all scores are numbers. */
  boolean finite() {
    return finite;
  }
}
