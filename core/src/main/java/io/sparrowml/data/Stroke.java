package io.sparrowml.data;

/**
 * A line of a pen through points, in the unit of half a digit's height; x to the right, y down, the
 * digit's centre at the origin.
 */
final class Stroke {
  private static final int ARC_PIECES = 14;

  private final double[] points;

  private Stroke(double[] points) {
    this.points = points;
  }

  /** A stroke along straight lines, given the x and y of each corner. */
  static Stroke lines(double... corners) {
    return new Stroke(corners);
  }

  /**
   * A stroke along an ellipse.
   *
   * @param x the centre
   * @param y the centre
   * @param from angle in degrees: 0 is right, 90 is down
   * @param to angle in degrees
   */
  static Stroke arc(double x, double y, double radiusX, double radiusY, double from, double to) {
    double[] points = new double[2 * (ARC_PIECES + 1)];
    for (int i = 0; i <= ARC_PIECES; i++) {
      double angle = StrictMath.toRadians(from + (to - from) * i / ARC_PIECES);
      points[2 * i] = x + radiusX * StrictMath.cos(angle);
      points[2 * i + 1] = y + radiusY * StrictMath.sin(angle);
    }
    return new Stroke(points);
  }

  /** How many points it goes through. */
  int size() {
    return points.length / 2;
  }

  double x(int point) {
    return points[2 * point];
  }

  double y(int point) {
    return points[2 * point + 1];
  }
}
