package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Rows;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class IngestTest {
  private final SparkSession session;
  @TempDir Path directory;

  IngestTest(SparkSession session) {
    this.session = session;
  }

  /** A directory of CSV files that together hold the same rows, in another order. */
  private DataConfig people(int files) throws IOException {
    List<String> lines = Fixtures.people(3000);
    Path parts = Files.createDirectory(directory.resolve("in-" + files));
    for (int f = 0; f < files; f++) {
      int part = f;
      String text =
          lines.stream()
              .filter(line -> Math.floorMod(line.hashCode(), files) == part)
              .collect(Collectors.joining("\n"));
      Fixtures.write(parts, "part-" + f + ".csv", text + "\n");
    }
    return config(
        "{'format': 'csv', 'train': '%s', 'columns': ['age', 'job', 'score', 'label'], 'validation': 0.2}"
            .formatted(parts));
  }

  private TrainingData load(DataConfig config) {
    return new Ingest(session, config, Target.CLASSES).load(42, 4);
  }

  private static List<List<byte[]>> bytes(Shards shards) {
    return shards.chunks().glom().collect();
  }

  @Test
  void theBytesAreTheSameHoweverTheInputIsSplit() throws Exception {
    TrainingData one = load(people(1));

    for (int files : new int[] {3, 7}) {
      TrainingData other = load(people(files));
      assertThat(other.preprocessing()).isEqualTo(one.preprocessing());
      assertThat(other.classes()).isEqualTo(one.classes());
      assertThat(other.train().rows()).isEqualTo(one.train().rows());
      assertSame(other.train(), one.train());
      assertSame(
          Objects.requireNonNull(other.validation()), Objects.requireNonNull(one.validation()));
    }
  }

  private static void assertSame(Shards a, Shards b) {
    List<List<byte[]>> other = bytes(b);
    List<List<byte[]>> own = bytes(a);
    assertThat(own).hasSameSizeAs(other);
    for (int w = 0; w < own.size(); w++) {
      assertThat(own.get(w)).containsExactlyElementsOf(other.get(w));
    }
  }

  @Test
  void theBytesAreTheSameForOneThreeAndSevenPartitions() throws Exception {
    DataConfig config = people(1);
    Ingest ingest = new Ingest(session, config, Target.CLASSES);
    Table table =
        new TableReader(
                JavaSparkContext.fromSparkContext(session.sparkContext()),
                () -> session,
                config,
                Target.CLASSES)
            .read("data.train", config.train(), null);
    Split split = new Split(42, 4, 0.2);
    TrainingData one = ingest.load(split.seed(), split.workers());

    for (int partitions : new int[] {1, 3, 7}) {
      Table cut = new Table(table.columns(), table.rows().repartition(partitions));
      TrainingData other = ingest.load(cut, split);
      assertThat(other.preprocessing()).isEqualTo(one.preprocessing());
      assertSame(other.train(), one.train());
    }
  }

  @Test
  void rowsAreDealtToWorkersInChunksAndCounted() throws Exception {
    TrainingData data = load(people(1));
    Shards train = data.train();
    Shards validation = Objects.requireNonNull(data.validation());

    assertThat(train.total() + validation.total()).isEqualTo(3000);
    assertThat(validation.total()).isBetween(540L, 660L);
    assertThat(train.chunks().getNumPartitions()).isEqualTo(4);
    assertThat(train.chunks().getStorageLevel()).isEqualTo(StorageLevel.MEMORY_AND_DISK());
    List<List<byte[]>> workers = bytes(train);
    for (int w = 0; w < 4; w++) {
      long rows =
          workers.get(w).stream()
              .mapToLong(chunk -> new PackedChunk(chunk, train.format()).rows())
              .sum();
      assertThat(rows).isEqualTo(train.rows().get(w)).isBetween(500L, 700L);
    }
    data.unpersist();
    assertThat(train.chunks().getStorageLevel()).isEqualTo(StorageLevel.NONE());
  }

  @Test
  void anotherSeedSplitsOtherwise() throws Exception {
    DataConfig config = people(1);
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    assertThat(ingest.load(1, 4).train().chunks().collect())
        .isNotEqualTo(ingest.load(2, 4).train().chunks().collect());
  }

  @Test
  void scalingIsFittedOnTheTrainingRowsAlone() throws Exception {
    TrainingData data = load(people(3));
    Shards train = data.train();
    double sum = 0;
    double squares = 0;
    double[] row = new double[3];
    for (byte[] bytes : train.chunks().collect()) {
      PackedChunk chunk = new PackedChunk(bytes, train.format());
      for (int i = 0; i < chunk.rows(); i++) {
        chunk.row(i, row);
        sum += row[2];
        squares += row[2] * row[2];
      }
    }
    double mean = sum / train.total();
    double deviation = Math.sqrt(squares / train.total() - mean * mean);

    var scaling = data.preprocessing().scaling().get(2);
    assertThat((double) scaling.shift().get(0)).isCloseTo(mean, within(1e-3));
    assertThat((double) scaling.scale().get(0)).isCloseTo(1 / deviation, within(1e-6));
  }

  @Test
  void validationRowsMayComeFromElsewhere() throws Exception {
    String other = Fixtures.write(directory, "v.csv", "30, king, 2.5, yes\n");
    DataConfig train = people(1);
    DataConfig config =
        config(
            "{'format': 'csv', 'train': '%s', 'columns': ['age', 'job', 'score', 'label'], 'validation': '%s'}"
                .formatted(train.train().path(), other));

    TrainingData data = load(config);

    assertThat(data.train().total()).isEqualTo(3000);
    Shards validation = Objects.requireNonNull(data.validation());
    assertThat(validation.rows()).hasSize(4);
    PackedChunk chunk = new PackedChunk(validation.chunks().first(), validation.format());
    double[] row = new double[3];
    chunk.row(0, row);
    assertThat(row).containsExactly(30, -1, 2.5);
    assertThat(chunk.label(0)).isEqualTo(1);
  }

  @Test
  void digitsNeedNoFilesAndTestRowsDiffer() {
    DataConfig config =
        config("{'format': 'synthetic-digits', 'train': {'rows': 1200}, 'test': {'rows': 300}}");
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    TrainingData data = ingest.load(1, 2);
    Shards test = ingest.test(1, 2, data.preprocessing(), data.classes());

    assertThat(data.validation()).isNull();
    assertThat(data.train().total()).isEqualTo(1200);
    assertThat(data.train().format().storage()).isEqualTo(DType.UINT8);
    assertThat(data.width()).isEqualTo(784);
    assertThat(data.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(test.total()).isEqualTo(300);
    assertThat(test.chunks().collect())
        .doesNotContainAnyElementsOf(data.train().chunks().collect());
  }

  @Test
  void rowsToScoreAreFoundByTheNamesOfTheFeatures() {
    Dataset<Row> frame = session.sql("select 'x' as note, 'smith' as job, '39' as age");
    Preprocessing preprocessing =
        Preprocessing.identity(
            List.of(
                Feature.Numeric.number("age"),
                new Feature.Categorical("job", List.of("clerk", "smith"))));
    ScoringEncoder encoder = new ScoringEncoder(preprocessing, frame.schema());
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows rows =
          new Rows(
              new Tensor(DType.FLOAT32, Shape.of(2, 2), arena.allocate(16)),
              new Tensor(DType.FLOAT32, Shape.of(2), arena.allocate(8)));
      rows.features().clear();

      encoder.encode(Fixtures.internal(frame), rows, 1);

      assertThat(rows.features().toFloats()).containsExactly(0, 0, 39, 1);
      assertThat(encoder.format()).isEqualTo(rows.format());
    }
  }

  @Test
  void columnsToScoreMustBeThereAndHoldAsManyNumbers() {
    Dataset<Row> frame = session.sql("select 1.5D as image");
    Preprocessing images = Preprocessing.identity(List.of(new Feature.Numeric("image", 784, 1)));
    Preprocessing ages = Preprocessing.identity(List.of(Feature.Numeric.number("age")));

    assertThatThrownBy(() -> new ScoringEncoder(images, frame.schema()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "input: column 'image' expects arrays of 784 numbers, vectors or binary, got double");
    assertThatThrownBy(() -> new ScoringEncoder(ages, frame.schema()))
        .isInstanceOf(DataException.class)
        .hasMessage("input: expects a column 'age', got the columns [image]");
  }
}
