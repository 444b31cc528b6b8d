package io.sparrowml.data;

import io.sparrowml.tensor.RandomKey;
import java.util.Arrays;

/**
 * Draws the strokes of one digit, all in the same random hand: rotated, sheared, scaled, shifted
 * and wobbling.
 */
final class Pen {
  private static final int SIDE = SyntheticDigits.SIDE;
  private static final double WOBBLE = 0.08;

  /** Squared distance of each pixel from the nearest stroke, in pixels. */
  private final double[] distance = new double[SyntheticDigits.PIXELS];

  private final double thickness;
  private final double ink;
  private final double noise;
  private final double xx;
  private final double xy;
  private final double yx;
  private final double yy;
  private final double shiftX;
  private final double shiftY;
  private final double[] phases = new double[4];

  Pen(RandomKey key) {
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    double angle = 0.14 * key.normal(100);
    double shear = 0.16 * key.normal(101);
    double width = between(key, 0, 7.5, 10.5);
    double height = between(key, 1, 8.5, 11);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    xx = width * cos;
    xy = height * (shear * cos - sin);
    yx = width * sin;
    yy = height * (shear * sin + cos);
    shiftX = SIDE / 2.0 + between(key, 2, -2, 2);
    shiftY = SIDE / 2.0 + between(key, 3, -2, 2);
    thickness = between(key, 4, 0.7, 1.6);
    ink = between(key, 5, 150, 255);
    noise = between(key, 6, 5, 50);
    for (int i = 0; i < phases.length; i++) {
      phases[i] = between(key, 10 + i, 0, 2 * StrictMath.PI);
    }
  }

  private static double between(RandomKey key, long index, double low, double high) {
    return low + (high - low) * key.uniform(index);
  }

  /** Draws a stroke in this hand. */
  void draw(Stroke stroke) {
    double[] x = new double[stroke.size()];
    double[] y = new double[stroke.size()];
    for (int i = 0; i < x.length; i++) {
      double u = stroke.x(i);
      double v = stroke.y(i);
      u += WOBBLE * (StrictMath.sin(2.5 * v + phases[0]) + StrictMath.sin(4 * v + phases[1]));
      v += WOBBLE * (StrictMath.sin(2.5 * u + phases[2]) + StrictMath.sin(4 * u + phases[3]));
      x[i] = shiftX + xx * u + xy * v;
      y[i] = shiftY + yx * u + yy * v;
    }
    for (int i = 1; i < x.length; i++) {
      segment(x[i - 1], y[i - 1], x[i], y[i]);
    }
  }

  private void segment(double x0, double y0, double x1, double y1) {
    double reach = thickness + 1;
    int left = (int) Math.max(0, Math.min(x0, x1) - reach);
    int right = (int) Math.min(SIDE - 1, Math.max(x0, x1) + reach);
    int top = (int) Math.max(0, Math.min(y0, y1) - reach);
    int bottom = (int) Math.min(SIDE - 1, Math.max(y0, y1) + reach);
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length = Math.max(dx * dx + dy * dy, 1e-12);
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - x0;
        double py = row + 0.5 - y0;
        double along = Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        double ex = px - along * dx;
        double ey = py - along * dy;
        int pixel = row * SIDE + column;
        distance[pixel] = Math.min(distance[pixel], ex * ex + ey * ey);
      }
    }
  }

  /** Turns distances into grey values, with noise. */
  void develop(RandomKey key, byte[] pixels) {
    for (int i = 0; i < distance.length; i++) {
      double cover = clamp(thickness + 0.5 - Math.sqrt(distance[i]), 1);
      double grey = ink * cover + noise * bell(key.bits(i));
      pixels[i] = (byte) (int) clamp(grey, 255);
    }
  }

  private static double clamp(double x, double max) {
    return Math.max(0, Math.min(max, x));
  }

  /** The sum of four numbers uniform in [-1/2, 1/2): nearly normal, deviation 0.58. */
  private static double bell(long bits) {
    long sum =
        (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48 & 0xffff);
    return sum / 65536.0 - 2;
  }
}
