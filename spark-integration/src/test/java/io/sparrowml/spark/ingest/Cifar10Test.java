package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.data.Feature;
import io.sparrowml.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class Cifar10Test {
  private static final int RECORD = 3073;

  private final SparkSession session;
  @TempDir Path directory;

  Cifar10Test(SparkSession session) {
    this.session = session;
  }

  /** Records whose label is {@code i % 10}, and whose colours are i, 100 and 200, but for one. */
  private static byte[] records(int count) {
    byte[] bytes = new byte[count * RECORD];
    for (int i = 0; i < count; i++) {
      int at = i * RECORD;
      bytes[at] = (byte) (i % 10);
      Arrays.fill(bytes, at + 1, at + 1025, (byte) i);
      Arrays.fill(bytes, at + 1025, at + 2049, (byte) 100);
      Arrays.fill(bytes, at + 2049, at + 3073, (byte) 200);
      bytes[at + 1 + 33] = 7;
    }
    return bytes;
  }

  private DataConfig file(String name, byte[] bytes) throws Exception {
    Path path = Files.write(directory.resolve(name), bytes);
    return config("{'format': 'cifar10', 'train': '%s'}".formatted(path));
  }

  private TrainingData load(DataConfig config) {
    return new Ingest(session, config, Target.CLASSES).load(1, 2);
  }

  @Test
  void theColoursOfAPixelStandTogether() throws Exception {
    TrainingData data = load(file("a.bin", records(30)));

    assertThat(data.preprocessing().features())
        .containsExactly(new Feature.Numeric("image", 3072, 3));
    assertThat(data.preprocessing().scaling().get(0).shift()).hasSize(3).contains(100f, 200f);
    assertThat(data.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(data.train().format().storage()).isEqualTo(DType.UINT8);
    assertThat(data.train().total()).isEqualTo(30);
    PackedChunk chunk = new PackedChunk(data.train().chunks().first(), data.train().format());
    double[] row = new double[3072];
    chunk.row(0, row);
    assertThat(row[0] % 10).isEqualTo(chunk.label(0));
    assertThat(Arrays.copyOfRange(row, 96, 105))
        .containsExactly(row[0], 100, 200, 7, 100, 200, row[0], 100, 200);
  }

  @Test
  void packedAndPlainFilesGiveTheSameBytes() throws Exception {
    TrainingData plain = load(file("a.bin", records(30)));
    Path two = Files.createDirectory(directory.resolve("two"));
    byte[] all = records(30);
    Files.write(two.resolve("1.bin"), Arrays.copyOf(all, 7 * RECORD));
    Files.write(
        two.resolve("2.bin.gz"), Fixtures.gzip(Arrays.copyOfRange(all, 7 * RECORD, all.length)));
    Files.write(two.resolve("_SUCCESS"), new byte[0]);

    TrainingData cut = load(config("{'format': 'cifar10', 'train': '%s'}".formatted(two)));

    assertThat(cut.train().chunks().collect())
        .containsExactlyElementsOf(plain.train().chunks().collect());
    assertThat(cut.preprocessing()).isEqualTo(plain.preprocessing());
  }

  @Test
  void brokenFilesAreNamed() throws Exception {
    byte[] cut = Arrays.copyOf(records(3), 2 * RECORD + 5);
    assertThatThrownBy(() -> load(file("cut.bin", cut)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: expects records of 3073 bytes, got 6151 bytes in file:%s/cut.bin; fetch the file again"
                .formatted(directory));
    assertThatThrownBy(() -> load(file("cut.bin.gz", Fixtures.gzip(cut))))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: expects records of 3073 bytes, got 6151 bytes unpacked in file:%s/cut.bin.gz; fetch the file again"
                .formatted(directory));
    byte[] packed = Fixtures.gzip(records(30));
    assertThatThrownBy(() -> load(file("torn.bin.gz", Arrays.copyOf(packed, packed.length / 2))))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "data.train: expects a whole .gz file, got file:%s/torn.bin.gz: java.io.EOFException"
                .formatted(directory));
    byte[] wrong = records(3);
    wrong[RECORD] = 10;
    assertThatThrownBy(() -> load(file("wrong.bin", wrong)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: expects a label of 0 to 9, got 10 in record 2 of file:%s/wrong.bin"
                .formatted(directory));
  }
}
