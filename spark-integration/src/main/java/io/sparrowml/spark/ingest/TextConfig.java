package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Tokens;
import java.io.Serializable;

/**
 * How a column of texts becomes sequences of ids.
 *
 * @param length how many tokens are kept of a text; a shorter one is padded
 * @param tokens what a text is cut into; default: words
 * @param lowerCase whether letters become small ones first; default true
 * @param vocabulary how many different ids there are at most, those for padding and unknown tokens
 *     among them; default 10000
 */
public record TextConfig(
    Integer length,
    @Default("words") Tokens tokens,
    @Default("true") Boolean lowerCase,
    @Default("10000") Integer vocabulary)
    implements Serializable {
  /** Fills in defaults and checks the counts. */
  public TextConfig {
    tokens = tokens == null ? Tokens.WORDS : tokens;
    lowerCase = lowerCase == null || lowerCase;
    vocabulary = vocabulary == null ? 10_000 : vocabulary;
    if (length == null || length < 1) {
      throw new ConfigException("length: expects at least 1 token, got " + length);
    }
    if (vocabulary <= Feature.Text.FIRST) {
      throw new ConfigException(
          "vocabulary: expects at least 3 ids (padding, unknown and a token), got " + vocabulary);
    }
  }
}
