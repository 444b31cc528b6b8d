package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Tokens;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Cuts running text into windows: a row holds {@code context} characters, and as its label the same
 * window one character further on, so that each character is to predict the next. What is left at
 * the end of a file, and is shorter, is dropped. A character is a Unicode code point.
 */
final class TextReader {
  /** The name of the column of characters. */
  static final String TEXT = "text";

  private TextReader() {}

  /** What the network sees: ids of characters, of which each class has one. */
  static List<Feature> features(DataConfig config, Classes classes) {
    int context = Math.toIntExact(config.target().size());
    return List.of(new Feature.Text(TEXT, Tokens.CHARACTERS, false, context, classes.names()));
  }

  /**
   * The windows of files, each of which is read by one task.
   *
   * @param saved the features of a model, or null
   * @throws ConfigException when the model's windows have another length
   */
  static Table read(
      JavaSparkContext spark,
      String key,
      List<InputFile> files,
      DataConfig config,
      @Nullable List<Feature> saved) {
    WindowConfig window = Objects.requireNonNull(config.window());
    if (saved != null && saved.get(0).rawWidth() != window.context()) {
      throw new ConfigException(
          "data.window.context: expects the %d characters of the model, got %d"
              .formatted(saved.get(0).rawWidth(), window.context()));
    }
    TextConfig tokens =
        new TextConfig(window.context(), Tokens.CHARACTERS, false, Integer.MAX_VALUE);
    Table.Columns columns =
        new Table.Columns(
            key,
            List.of(Column.tokens(TEXT, tokens)),
            config.label(),
            config.target(),
            null,
            config.missing());
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return new Table(
        columns,
        spark
            .parallelize(files, Math.max(1, files.size()))
            .flatMap(file -> new Windows(key, file, window, hadoop.value())));
  }

  private static final class Windows implements Iterator<RawRow> {
    private final String key;
    private final InputFile file;
    private final Reader reader;
    private final int context;
    private final int step;
    private final int[] window;
    private int filled;
    private long read;

    Windows(String key, InputFile file, WindowConfig config, Configuration hadoop)
        throws IOException {
      this.key = key;
      this.file = file;
      this.context = config.context();
      this.step = config.step();
      this.window = new int[context + 1];
      InputStream in;
      try {
        in = file.open(0, hadoop);
      } catch (EOFException | ZipException e) {
        throw broken("a whole .gz file", e);
      }
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      this.reader = new BufferedReader(new InputStreamReader(in, decoder), 1 << 16);
      fill();
    }

    private DataException broken(String contract, IOException e) {
      return new DataException(
          "%s: expects %s, got %s: %s".formatted(key, contract, file.path(), e));
    }

    /** The next character, or -1 at the end. */
    private int character() throws IOException {
      int high = reader.read();
      read += high < 0 ? 0 : 1;
      return high >= 0 && Character.isHighSurrogate((char) high)
          ? Character.toCodePoint((char) high, (char) reader.read())
          : high;
    }

    private void fill() {
      try {
        for (int next = 0; filled < window.length && next >= 0; ) {
          next = character();
          if (next >= 0) {
            window[filled++] = next;
          }
        }
        if (filled < window.length) {
          reader.close();
        }
      } catch (EOFException | ZipException e) {
        throw broken("a whole .gz file", e);
      } catch (CharacterCodingException e) {
        throw new DataException(
            "%s: expects UTF-8, got other bytes in %s, after the first %,d characters or later"
                .formatted(key, file.path(), read));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean hasNext() {
      return filled == window.length;
    }

    @Override
    public RawRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long from = read - window.length;
      @Nullable Serializable[] values = {
        new String(window, 0, context), new String(window, 1, context)
      };
      advance();
      return new RawRow(
          values, "the window from character %,d on of %s".formatted(from + 1, file.path()));
    }

    private void advance() {
      int kept = Math.max(0, window.length - step);
      System.arraycopy(window, window.length - kept, window, 0, kept);
      filled = kept;
      try {
        for (int skip = step - window.length; skip > 0 && character() >= 0; skip--) {}
      } catch (IOException e) {
        throw broken("readable text", e);
      }
      fill();
    }
  }
}
