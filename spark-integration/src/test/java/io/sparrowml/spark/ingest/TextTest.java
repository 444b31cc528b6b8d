package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Rows;
import io.sparrowml.data.Tokens;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class TextTest {
  private final SparkSession session;
  @TempDir Path directory;

  TextTest(SparkSession session) {
    this.session = session;
  }

  private TrainingData load(DataConfig config) {
    return new Ingest(session, config, Target.CLASSES).load(1, 2);
  }

  private DataConfig running(String text, String more) throws Exception {
    String path = Fixtures.write(directory, "text.txt", text);
    return config("{'format': 'text', 'train': '%s'%s}".formatted(path, more));
  }

  /** Each row as its values and then its labels. */
  private static List<List<Integer>> rows(Shards shards) {
    List<List<Integer>> rows = new ArrayList<>();
    double[] values = new double[shards.format().width()];
    for (byte[] bytes : shards.chunks().collect()) {
      PackedChunk chunk = new PackedChunk(bytes, shards.format());
      for (int i = 0; i < chunk.rows(); i++) {
        List<Integer> row = new ArrayList<>();
        chunk.row(i, values);
        for (double value : values) {
          row.add((int) value);
        }
        for (int j = 0; j < shards.format().labels(); j++) {
          row.add((int) chunk.label(i, j));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private DataConfig messages(String more) throws Exception {
    String path =
        Fixtures.write(
            directory,
            "messages.tsv",
            "ham\tOk ok, \"so\nspam\tWIN win ok\nham\t\nspam\tso a b c d\n");
    return config(
        """
        {'format': 'csv', 'train': '%s', 'columns': ['label', 'message'], 'delimiter': '\\t',
         'quote': '', 'text': {'message': {'length': 4%s}}}
        """
            .formatted(path, more));
  }

  @Test
  void textsBecomeIdsOfTheirMostFrequentTokens() throws Exception {
    TrainingData data = load(messages(", 'vocabulary': 7"));

    // ok 3 times; so and win twice; of the rest, the first by code point.
    assertThat(data.preprocessing().features())
        .containsExactly(
            new Feature.Text(
                "message", Tokens.WORDS, true, 4, List.of("ok", "so", "win", "\"", ",")));
    assertThat(data.preprocessing())
        .isEqualTo(Preprocessing.identity(data.preprocessing().features()));
    assertThat(data.width()).isEqualTo(4);
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(
            List.of(2, 2, 6, 5, 0),
            List.of(4, 4, 2, 0, 1),
            List.of(0, 0, 0, 0, 0),
            List.of(3, 1, 1, 1, 1));
  }

  @Test
  void textsMayKeepTheirCaseAndBeCutIntoCharacters() throws Exception {
    TrainingData data = load(messages(", 'tokens': 'characters', 'lower-case': false"));

    Feature.Text text = (Feature.Text) data.preprocessing().features().get(0);
    assertThat(text.vocabulary()).startsWith(" ", "o").contains("W", "w", "O");
  }

  @Test
  void textsToScoreGetTheIdsOfTheModel() {
    Dataset<Row> frame = session.sql("select ' Win  a ' as message");
    Preprocessing preprocessing =
        Preprocessing.identity(
            List.of(new Feature.Text("message", Tokens.WORDS, true, 3, List.of("a", "win"))));
    ScoringEncoder encoder = new ScoringEncoder(preprocessing, frame.schema());
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows rows = Rows.allocate(arena, encoder.format(), 1);

      encoder.encode(Fixtures.internal(frame), rows, 0);

      assertThat(rows.features().toFloats()).containsExactly(3, 2, 0);
    }
  }

  @Test
  void aTextColumnHoldsTexts() {
    Dataset<Row> frame = session.sql("select 1 as message, 'a' as label");
    String path = directory.resolve("frame.parquet").toString();
    frame.write().parquet(path);
    DataConfig config =
        config(
            "{'format': 'parquet', 'train': '%s', 'text': {'message': {'length': 4}}}"
                .formatted(path));

    assertThatThrownBy(() -> load(config))
        .isInstanceOf(DataException.class)
        .hasMessage("data.train: column 'message' expects texts, got int");
    assertThatThrownBy(
            () ->
                load(
                    config(
                        "{'format': 'parquet', 'train': '%s', 'text': {'note': {'length': 4}}}"
                            .formatted(path))))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.text: expects columns among [message], got 'note'");
  }

  @Test
  void windowsPredictTheirNextCharacters() throws Exception {
    TrainingData data = load(running("abca\nbca\u00fc", ", 'window': {'context': 3}"));

    assertThat(data.classes()).containsExactly("\n", "a", "b", "c");
    assertThat(data.target()).isEqualTo(Shape.of(3));
    assertThat(data.preprocessing().features())
        .containsExactly(new Feature.Text("text", Tokens.CHARACTERS, false, 3, data.classes()));
    // The windows "abc" and "a, new line, b"; a third one would need a tenth character.
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(List.of(3, 4, 5, 2, 3, 1), List.of(3, 2, 4, 0, 2, 3));
  }

  @Test
  void windowsMayOverlapOrLeaveGapsAndEqualOnesStay() throws Exception {
    TrainingData overlapping = load(running("ababab", ", 'window': {'context': 2, 'stride': 1}"));
    assertThat(rows(overlapping.train()))
        .containsExactlyInAnyOrder(
            List.of(2, 3, 1, 0), List.of(3, 2, 0, 1), List.of(2, 3, 1, 0), List.of(3, 2, 0, 1));

    TrainingData apart = load(running("abcdefghi", ", 'window': {'context': 1, 'stride': 4}"));
    assertThat(apart.classes()).containsExactly("a", "b", "e", "f");
    assertThat(rows(apart.train())).containsExactlyInAnyOrder(List.of(2, 1), List.of(4, 3));
  }

  @Test
  void theBytesAreTheSameHoweverTheWindowsArePartitioned() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      text.append(Integer.toString(i * 7919 % 1009, 36)).append(i % 9 == 0 ? '\n' : ' ');
    }
    DataConfig config = running(text.toString(), ", 'window': {'context': 16}, 'validation': 0.2");
    Ingest ingest = new Ingest(session, config, Target.CLASSES);
    TrainingData one = ingest.load(42, 4);
    Table table =
        new TableReader(
                JavaSparkContext.fromSparkContext(session.sparkContext()),
                () -> session,
                config,
                Target.CLASSES)
            .read("data.train", config.train(), null);

    for (int partitions : new int[] {3, 7}) {
      Table cut = new Table(table.columns(), table.rows().repartition(partitions));
      TrainingData other = ingest.load(cut, new Split(42, 4, 0.2));
      assertThat(other.classes()).isEqualTo(one.classes());
      assertThat(rows(other.train())).isEqualTo(rows(one.train()));
      assertThat(rows(Objects.requireNonNull(other.validation())))
          .isEqualTo(rows(Objects.requireNonNull(one.validation())));
    }
  }

  @Test
  void charactersThatTrainingDoesNotHaveAreNamed() throws Exception {
    String other = Fixtures.write(directory, "other.txt", "abcé!");
    DataConfig config =
        running("abcabcabc", ", 'window': {'context': 2}, 'validation': '" + other + "'");

    assertThatThrownBy(() -> load(config))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.validation: expects the 3 characters of the training text, got 'é' (U+00E9) in"
                + " the window from character 3 on of file:"
                + other
                + "; leave it out or replace it");
  }

  @Test
  void aTestTextMustHaveTheWindowsOfTheModel() throws Exception {
    DataConfig config = running("abcabc", ", 'window': {'context': 2}, 'test': 'no.txt'");
    DataConfig longer =
        config(
            "{'format': 'text', 'train': '%1$s', 'test': '%1$s', 'window': {'context': 3}}"
                .formatted(config.train().path()));
    TrainingData data = load(config);

    assertThatThrownBy(
            () ->
                new Ingest(session, longer, Target.CLASSES)
                    .encode(data.preprocessing(), data.classes()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.window.context: expects the 2 characters of the model, got 3");
  }

  @Test
  void whatIsNoTextIsRefused() throws Exception {
    DataConfig shorter = running("ab", ", 'window': {'context': 2}");
    assertThatThrownBy(() -> load(shorter))
        .isInstanceOf(DataException.class)
        .hasMessage("data.train: expects at least one row, got none in " + shorter.train().path());

    DataConfig broken = running("abab", ", 'window': {'context': 2}");
    byte[] bytes = "abab".getBytes(StandardCharsets.US_ASCII);
    bytes[2] = (byte) 0xff;
    Files.write(directory.resolve("text.txt"), bytes);
    assertThatThrownBy(() -> load(broken))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "data\\.train: expects UTF-8, got other bytes in file:.*/text.txt, after the first \\d+"
                + " characters or later");

    assertThatThrownBy(() -> new Ingest(session, shorter, Target.NUMBER).load(1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.format: text expects a loss of classes, got one of numbers");
  }
}
