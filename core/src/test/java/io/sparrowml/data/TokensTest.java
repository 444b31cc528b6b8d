package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static List<String> cut(Tokens tokens, String text, boolean lowerCase, int most) {
    List<String> all = new ArrayList<>();
    tokens.cut(
        text,
        lowerCase,
        token -> {
          all.add(token);
          return all.size() < most;
        });
    return all;
  }

  @Test
  void wordsAreRunsOfLettersDigitsAndMarks() {
    assertThat(cut(Tokens.WORDS, " Don't STOP: win £1000!!\u00a0now ", true, 99))
        .containsExactly("don", "'", "t", "stop", ":", "win", "£", "1000", "!", "!", "now");
    assertThat(cut(Tokens.WORDS, "Cafe\u0301 \ud835\udc00x", false, 99))
        .containsExactly("Cafe\u0301", "\ud835\udc00x");
  }

  @Test
  void charactersAreCodePointsWithWhiteSpace() {
    assertThat(cut(Tokens.CHARACTERS, "A \ud83d\ude00\n", false, 99))
        .containsExactly("A", " ", "\ud83d\ude00", "\n");
  }

  @Test
  void noMoreIsCutThanIsWanted() {
    assertThat(cut(Tokens.WORDS, "a b c", false, 2)).containsExactly("a", "b");
    assertThat(cut(Tokens.WORDS, " ", false, 2)).isEmpty();
  }
}
