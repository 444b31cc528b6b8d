package io.sparrowml.spark.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Numbers and order of texts, the same everywhere. */
final class Texts {
  /** By code point, which is the order of the UTF-8 bytes. */
  static final Comparator<String> CODE_POINTS =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private Texts() {}

  /** The number that a text writes in decimal; NaN when it writes none. */
  static double number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> "+-.0123456789eE".indexOf(c) >= 0)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException expected) {
      return Double.NaN;
    }
  }

  /** A number as the text of a category: {@code 3} for 3.0. */
  static String of(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
