package io.sparrowml.data;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.function.Predicate;

/** What a text is cut into. */
public enum Tokens {
  /**
   * Runs of letters, digits and marks; any other character that is no white space is a token by
   * itself: {@code don't stop!} is {@code don ' t stop !}.
   */
  @JsonProperty("words")
  WORDS,
  /** Its characters, each a Unicode code point; white space too. */
  @JsonProperty("characters")
  CHARACTERS;

  /**
   * Cuts a text, from its beginning on.
   *
   * @param lowerCase whether letters become small ones first
   * @param next is given each token, and says whether it wants another
   */
  public void cut(String text, boolean lowerCase, Predicate<String> next) {
    String all = lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    int at = 0;
    while (at < all.length()) {
      int end = at + Character.charCount(all.codePointAt(at));
      boolean skipped = false;
      if (this == WORDS) {
        skipped = blank(all.codePointAt(at));
        if (inWord(all.codePointAt(at))) {
          while (end < all.length() && inWord(all.codePointAt(end))) {
            end += Character.charCount(all.codePointAt(end));
          }
        }
      }
      if (!skipped && !next.test(all.substring(at, end))) {
        return;
      }
      at = end;
    }
  }

  private static boolean blank(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean inWord(int c) {
    if (Character.isLetterOrDigit(c)) {
      return true;
    }
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }
}
