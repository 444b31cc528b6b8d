package io.sparrowml.optimizer;

import io.sparrowml.regularizer.Constraint;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;

/** Consecutive numbers of a slice that belong to one parameter: all of it, or what lies in it. */
public sealed interface Segment {
  /** Index of the first number in the slice, a multiple of {@link SquaredNorm#GROUP}. */
  int from();

  /** How many numbers. */
  int length();

  /** Whether it must not be cut. */
  boolean isWhole();

  /** Some of its numbers, elsewhere. */
  Segment part(int newFrom, int newLength);

  /**
   * A parameter that follows its gradient.
   *
   * @param units the extent of its last axis
   * @param regularizer what keeps it small
   */
  record Trained(int from, int length, int units, Regularizer regularizer) implements Segment {
    /** A whole parameter without a regularizer, at the beginning of its slice. */
    static Trained whole(int length) {
      return new Trained(0, length, 1, new None());
    }

    @Override
    public boolean isWhole() {
      return regularizer instanceof Constraint;
    }

    @Override
    public Segment part(int newFrom, int newLength) {
      return new Trained(newFrom, newLength, units, regularizer);
    }
  }

  /**
   * A number that follows what batches show, {@code x = momentum x + (1 - momentum) mean}: in the
   * place of its gradient is what the batch shows of it. No optimizer, regularizer or limit changes
   * it.
   *
   * @param momentum how much is kept, in [0, 1)
   */
  record Statistic(int from, int length, double momentum) implements Segment {
    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public Segment part(int newFrom, int newLength) {
      return new Statistic(newFrom, newLength, momentum);
    }
  }
}
