package io.sparrowml.data;

import io.sparrowml.config.Catalog;
import io.sparrowml.config.ConfigException;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/** One column of a data set, as a network sees it. */
public sealed interface Feature extends Serializable {
  /** The kinds by name, for saved models. */
  Catalog<Feature> CATALOG =
      new Catalog<>(Feature.class, "feature")
          .add("numeric", Numeric.class)
          .add("categorical", Categorical.class)
          .add("text", Text.class);

  /** The column's name. */
  String name();

  /** How many raw values a row stores for it. */
  int rawWidth();

  /** How many inputs of the network it becomes. */
  int width();

  /**
   * One number a row, or a fixed count of them, such as the pixels of an image.
   *
   * @param width how many numbers
   * @param channels how many different quantities they measure: value {@code i} belongs to channel
   *     {@code i % channels}, and each channel is scaled as one. 1 for a number or the pixels of a
   *     grey image, 3 for those of a coloured one, {@code width} for a vector of different things
   */
  record Numeric(String name, int width, int channels) implements Feature {
    /** Checks the counts. */
    public Numeric {
      if (width < 1 || channels < 1 || width % channels != 0) {
        throw new ConfigException(
            "feature '"
                + name
                + "' expects a width of at least 1 that its channels divide, got width "
                + width
                + " and channels "
                + channels);
      }
    }

    /** A single number. */
    public static Numeric number(String name) {
      return new Numeric(name, 1, 1);
    }

    @Override
    public int rawWidth() {
      return width;
    }
  }

  /**
   * One of a list of values. A row stores its index in the list, or -1 for any other value; the
   * network sees one input a value, 1 for the one that the row holds and 0 for all others.
   */
  record Categorical(String name, List<String> values) implements Feature {
    /** Checks that the values differ. */
    public Categorical {
      values = List.copyOf(values);
      if (values.isEmpty() || Set.copyOf(values).size() != values.size()) {
        throw new ConfigException(
            "feature '" + name + "' expects at least one value and no value twice, got " + values);
      }
    }

    @Override
    public int rawWidth() {
      return 1;
    }

    @Override
    public int width() {
      return values.size();
    }
  }

  /**
   * A text, cut into tokens. A row stores, and the network sees, {@code length} ids: those of the
   * text's first tokens, then {@link #PADDING}. Ids are never scaled.
   *
   * @param lowerCase whether letters become small ones first
   * @param length how many tokens are kept of a text
   * @param vocabulary the tokens with an id of their own: {@code vocabulary[i]} has {@code i +
   *     FIRST}; all others are {@link #UNKNOWN}
   */
  record Text(String name, Tokens tokens, boolean lowerCase, int length, List<String> vocabulary)
      implements Feature {
    /** The id after the end of a text. */
    public static final int PADDING = 0;

    /** The id of a token that is not in the vocabulary. */
    public static final int UNKNOWN = 1;

    /** The id of the vocabulary's first token. */
    public static final int FIRST = 2;

    /** Checks the length, and that the tokens differ. */
    public Text {
      vocabulary = List.copyOf(vocabulary);
      if (length < 1 || Set.copyOf(vocabulary).size() != vocabulary.size()) {
        throw new ConfigException(
            "feature '%s' expects a length of at least 1 and no token twice, got %d and %d tokens"
                .formatted(name, length, vocabulary.size()));
      }
    }

    /** How many different ids there are: what an embedding must have rows for. */
    public int ids() {
      return FIRST + vocabulary.size();
    }

    @Override
    public int rawWidth() {
      return length;
    }

    @Override
    public int width() {
      return length;
    }
  }
}
