package io.sparrowml.data;

import io.sparrowml.tensor.RandomKey;
import java.util.List;

/**
 * Images of handwritten-looking digits that need no download: pen strokes, distorted, drawn in a
 * random thickness, with noise. Image {@code i} of a key is the same on every machine.
 *
 * @param key the data set
 */
public record SyntheticDigits(RandomKey key) {
  /** The height and the width of an image, in pixels. */
  public static final int SIDE = 28;

  /** The pixels of an image. */
  public static final int PIXELS = SIDE * SIDE;

  private static final List<List<Stroke>> DIGITS =
      List.of(
          List.of(Stroke.arc(0, 0, 0.6, 0.95, -90, 270)),
          List.of(Stroke.lines(-0.3, -0.6, 0.05, -0.95, 0.05, 0.95)),
          List.of(
              Stroke.arc(0, -0.42, 0.52, 0.53, -170, 35),
              Stroke.lines(0.43, -0.12, -0.55, 0.95, 0.6, 0.95)),
          List.of(
              Stroke.arc(0, -0.48, 0.48, 0.47, -150, 90),
              Stroke.arc(0, 0.47, 0.54, 0.48, -90, 150)),
          List.of(
              Stroke.lines(0.15, -0.95, -0.6, 0.3, 0.6, 0.3), Stroke.lines(0.3, -0.3, 0.3, 0.95)),
          List.of(
              Stroke.lines(0.5, -0.95, -0.4, -0.95, -0.45, -0.1),
              Stroke.arc(0, 0.35, 0.54, 0.6, -145, 145)),
          List.of(
              Stroke.lines(0.35, -0.95, 0, -0.7, -0.3, -0.3, -0.47, 0.15, -0.5, 0.45),
              Stroke.arc(0, 0.45, 0.5, 0.5, -180, 180)),
          List.of(Stroke.lines(-0.55, -0.95, 0.55, -0.95, -0.1, 0.95)),
          List.of(
              Stroke.arc(0, -0.48, 0.43, 0.46, -90, 270),
              Stroke.arc(0, 0.47, 0.53, 0.48, -90, 270)),
          List.of(
              Stroke.arc(0, -0.42, 0.48, 0.52, 0, 360),
              Stroke.lines(0.48, -0.42, 0.44, 0.15, 0.25, 0.95)));

  /**
   * Draws an image.
   *
   * @param index which image of the data set
   * @param pixels where to draw: {@link #PIXELS} bytes, row by row, 0 for the background
   * @return the digit that it shows, 0 to 9
   */
  public int draw(long index, byte[] pixels) {
    RandomKey image = key.with(index);
    int digit = image.with("digit").below(0, DIGITS.size());
    Pen pen = new Pen(image.with("pen"));
    for (Stroke stroke : DIGITS.get(digit)) {
      pen.draw(stroke);
    }
    pen.develop(image.with("noise"), pixels);
    return digit;
  }
}
