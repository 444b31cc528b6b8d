package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class IdxTest {
  private final SparkSession session;
  @TempDir Path directory;

  IdxTest(SparkSession session) {
    this.session = session;
  }

  private DataConfig files(byte[] images, byte[] labels, String suffix, String more)
      throws IOException {
    Path i = Files.write(directory.resolve("images" + suffix), images);
    Path l = Files.write(directory.resolve("labels" + suffix), labels);
    return config(
        "{'format': 'idx', 'train': {'images': '%s', 'labels': '%s'}%s}".formatted(i, l, more));
  }

  private TrainingData load(DataConfig config) {
    return new Ingest(session, config, Target.CLASSES).load(1, 2);
  }

  private AbstractThrowableAssert<?, ?> error(DataConfig config) {
    return assertThatThrownBy(() -> load(config)).isInstanceOf(DataException.class);
  }

  @Test
  void plainAndPackedFilesGiveTheSameRows() throws Exception {
    DataConfig plain = files(Fixtures.images(50), Fixtures.labels(50), "", "");
    DataConfig packed =
        files(Fixtures.gzip(Fixtures.images(50)), Fixtures.gzip(Fixtures.labels(50)), ".gz", "");

    TrainingData data = load(plain);

    assertThat(data.classes()).containsExactly("0", "1", "2");
    assertThat(data.train().total()).isEqualTo(50);
    assertThat(data.width()).isEqualTo(6);
    assertThat(data.preprocessing().rawWidth()).isEqualTo(6);
    assertThat(load(packed).train().chunks().collect())
        .containsExactlyElementsOf(data.train().chunks().collect());
  }

  @Test
  void anyNumberOfPartitionsReadsEachRowOnce() throws Exception {
    DataConfig config = files(Fixtures.images(50), Fixtures.labels(50), "", "");
    Table.Columns columns =
        new Table.Columns(
            "data.train",
            List.of(new Column("image", Column.Kind.BYTES)),
            "label",
            DataConfig.MISSING);
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());

    for (int partitions : new int[] {1, 3, 7, 100}) {
      List<RawRow> rows =
          IdxReader.read(spark, columns, config.train(), partitions).rows().collect();
      assertThat(rows).hasSize(50);
      assertThat(rows.get(49)).hasToString("[[49, 50, 51, 52, 53, 54], 1]");
    }
  }

  @Test
  void swappedFilesAreSeenByTheirMagicNumber() throws Exception {
    DataConfig config = files(Fixtures.labels(50), Fixtures.images(50), "", "");

    error(config)
        .hasMessage(
            "data.train.images: expects IDX images with the magic number 2051, got 2049 in "
                + directory.resolve("images"));
  }

  @Test
  void imagesAndLabelsMustBeAsMany() throws Exception {
    DataConfig config = files(Fixtures.images(5), Fixtures.labels(6), "", "");

    error(config)
        .hasMessage(
            "data.train: expects as many images as labels, got 5 in %s and 6 in %s"
                .formatted(directory.resolve("images"), directory.resolve("labels")));
  }

  @Test
  void aShortPlainFileIsRefused() throws Exception {
    DataConfig config = files(Arrays.copyOf(Fixtures.images(5), 40), Fixtures.labels(5), "", "");

    error(config)
        .hasMessage(
            "data.train.images: expects 46 bytes (a header of 16 and 5 items of 6), got 40 in "
                + directory.resolve("images")
                + "; fetch the file again");
  }

  @Test
  void aLongPlainFileIsRefused() throws Exception {
    DataConfig config = files(Fixtures.images(5), Arrays.copyOf(Fixtures.labels(5), 15), "", "");

    error(config)
        .hasMessage(
            "data.train.labels: expects 13 bytes (a header of 8 and 5 items of 1), got 15 in "
                + directory.resolve("labels")
                + "; fetch the file again");
  }

  @Test
  void aPackedFileOfTooFewOrTooManyBytesIsRefused() throws Exception {
    byte[] labels = Fixtures.gzip(Fixtures.labels(5));
    DataConfig little =
        files(Fixtures.gzip(Arrays.copyOf(Fixtures.images(5), 40)), labels, ".gz", "");
    String where = directory.resolve("images.gz") + "; fetch the file again";
    String contract =
        "data.train.images: expects 46 bytes unpacked (a header of 16 and 5 items of 6), got ";
    error(little).hasMessage(contract + "40 in " + where);

    DataConfig much =
        files(Fixtures.gzip(Arrays.copyOf(Fixtures.images(5), 60)), labels, ".gz", "");
    error(much).hasMessage(contract + "60 in " + where);
  }

  @Test
  void aCutPackedFileIsRefused() throws Exception {
    byte[] whole = Fixtures.gzip(Fixtures.images(5000));
    DataConfig config =
        files(
            Arrays.copyOf(whole, whole.length / 2),
            Fixtures.gzip(Fixtures.labels(5000)),
            ".gz",
            "");

    error(config)
        .hasMessageMatching(
            "data\\.train\\.images: expects 30016 bytes unpacked \\(a header of 16 and 5000 items of 6\\),"
                + " got \\d+ in .*/images\\.gz; fetch the file again");
  }

  @Test
  void aFileWithoutAWholeHeaderIsRefused() throws Exception {
    DataConfig config = files(new byte[7], Fixtures.labels(5), "", "");

    error(config)
        .hasMessage(
            "data.train.images: expects a header of 16 bytes, got 7 in "
                + directory.resolve("images"));
  }

  @Test
  void aHeaderWithoutPixelsIsRefused() throws Exception {
    byte[] images = ByteBuffer.allocate(16).putInt(2051).putInt(5).putInt(0).putInt(3).array();
    DataConfig config = files(images, Fixtures.labels(5), "", "");

    error(config)
        .hasMessage(
            "data.train.images: expects counts of at least 1 in the header,"
                + " got 5 items of 0 bytes in "
                + directory.resolve("images"));
  }

  @Test
  void aLabelOutsideTheClassesIsNamedWithRowAndFile() throws Exception {
    DataConfig config = files(Fixtures.images(5), Fixtures.labels(5), "", ", 'classes': [0, 1]");

    error(config)
        .hasMessage(
            "data.train: label 'label' expects one of [0, 1], got '2' in row 3 of "
                + directory.resolve("labels")
                + "; correct it or see data.classes");
  }

  @Test
  void filesWithoutRowsAreRefused() throws Exception {
    DataConfig config = files(Fixtures.images(0), Fixtures.labels(0), "", "");

    error(config)
        .hasMessage(
            "data.train: expects at least one row, got none in {images=%s, labels=%s}"
                .formatted(directory.resolve("images"), directory.resolve("labels")));
  }

  @Test
  void aMissingFileIsNamedWithItsKey() throws Exception {
    DataConfig config = files(Fixtures.images(5), Fixtures.labels(5), "", "");
    Files.delete(directory.resolve("labels"));

    assertThatThrownBy(() -> load(config))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.train.labels: expects an existing file, got "
                + directory.resolve("labels")
                + "; correct the path, or set SPARROW_DATA where the path is taken from it");
  }
}
