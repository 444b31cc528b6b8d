package io.sparrowml.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known name that a mistyped one probably stands for. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The nearest of the known names, or null where none is near: more than a third of the letters
   * would have to change.
   */
  public static @Nullable String nearest(String name, Collection<String> known) {
    String best = null;
    int bound = Math.max(1, name.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate);
      if (distance < bound) {
        bound = distance;
        best = candidate;
      }
    }
    return best;
  }

  /** {@code , did you mean 'adam'?}, or nothing where no known name is near. */
  public static String of(String name, Collection<String> known) {
    String nearest = nearest(name, known);
    return nearest == null ? "" : ", did you mean '" + nearest + "'?";
  }

  /** Insertions, deletions, replacements and swaps of neighbours (Damerau, 1964). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
