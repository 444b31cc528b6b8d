package io.sparrowml.data;

import io.sparrowml.tensor.ShapeException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Count, mean, sum of squared differences from the mean, least and greatest value of each raw
 * column; gathered row by row (Welford, 1962) and merged (Chan, Golub and LeVeque, <em>Updating
 * formulae and a pairwise algorithm for computing sample variances</em>, 1979). A missing value,
 * which is NaN, is left out.
 *
 * <p>Sums in floating point depend on their order: add the rows of each logical worker in order and
 * merge along the numbers of the workers, and the bits are the same on any cluster.
 */
public final class Statistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] count;
  private final double[] mean;
  private final double[] m2;
  private final double[] min;
  private final double[] max;

  /** The statistics of no rows. */
  public Statistics(int columns) {
    count = new long[columns];
    mean = new double[columns];
    m2 = new double[columns];
    min = new double[columns];
    max = new double[columns];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
  }

  /** How many columns a row has. */
  public int columns() {
    return mean.length;
  }

  /**
   * Adds a row.
   *
   * @param row one value a column
   */
  public void add(double[] row) {
    requireColumns(row.length);
    for (int i = 0; i < mean.length; i++) {
      double x = row[i];
      if (Double.isNaN(x)) {
        continue;
      }
      count[i]++;
      double delta = x - mean[i];
      mean[i] += delta * (1.0 / count[i]);
      m2[i] += delta * (x - mean[i]);
      min[i] = Math.min(min[i], x);
      max[i] = Math.max(max[i], x);
    }
  }

  /** Adds rows in their order. */
  public void add(Rows rows) {
    double[] row = new double[rows.format().width()];
    for (int i = 0; i < rows.count(); i++) {
      rows.features().read(i * row.length, row, row.length);
      add(row);
    }
  }

  /** The statistics of the rows of both. */
  public static Statistics merge(Statistics a, Statistics b) {
    a.requireColumns(b.columns());
    Statistics both = new Statistics(a.columns());
    for (int i = 0; i < both.columns(); i++) {
      Summary merged = a.summary(i).merge(b.summary(i));
      both.count[i] = merged.count;
      both.mean[i] = merged.mean;
      both.m2[i] = merged.m2;
      both.min[i] = merged.min;
      both.max[i] = merged.max;
    }
    return both;
  }

  private void requireColumns(int columns) {
    if (columns != mean.length) {
      throw new ShapeException(
          "statistics expects rows of " + mean.length + " values, got " + columns);
    }
  }

  /** What is known of one column. */
  public Summary summary(int column) {
    return new Summary(count[column], mean[column], m2[column], min[column], max[column]);
  }

  /**
   * What is known of a set of numbers.
   *
   * @param m2 the sum of the squared differences from the mean
   */
  public record Summary(long count, double mean, double m2, double min, double max) {
    /** No numbers. */
    public static final Summary EMPTY =
        new Summary(0, 0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** The variance of the population: {@code m2 / count}, 0 for no numbers. */
    public double variance() {
      return count == 0 ? 0 : m2 / count;
    }

    /** What is known of both sets together. */
    public Summary merge(Summary other) {
      if (count == 0 || other.count == 0) {
        return count == 0 ? other : this;
      }
      long all = count + other.count;
      double delta = other.mean - mean;
      return new Summary(
          all,
          mean + delta * other.count / all,
          m2 + other.m2 + delta * delta * count * other.count / all,
          Math.min(min, other.min),
          Math.max(max, other.max));
    }
  }
}
