package io.sparrowml.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
  private static final int LENGTH = 5;

  @TempDir Path temporary;
  private final Arena arena = Arena.root("test", 1 << 20);
  private final List<String> damaged = new ArrayList<>();
  private CheckpointDirectory directory;

  @BeforeEach
  void open() throws IOException {
    directory =
        CheckpointDirectory.of(
            temporary.resolve("checkpoints").toUri().toString(), new Configuration());
  }

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private Tensor vector(double first) {
    Tensor vector = Tensor.allocate(arena, DType.FLOAT32, Shape.of(LENGTH));
    for (int i = 0; i < LENGTH; i++) {
      vector.floats().put(i, (float) (first + i));
    }
    return vector;
  }

  private Map<String, Tensor> numbers(double first) {
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    numbers.put("parameters", vector(first));
    numbers.put("slots.0", vector(-first));
    return numbers;
  }

  /** Two parts of five parameters each. */
  private Checkpoint write(long step) throws IOException {
    List<Part> parts =
        List.of(
            directory.write(step, "part-0", 0, numbers((double) step)),
            directory.write(step, "part-1", LENGTH, numbers((double) step + 0.5)));
    Map<String, Double> metrics = Map.of("train.loss", 1.0 / step, "train.auc", Double.NaN);
    EpochRecord epoch = new EpochRecord(1, step, metrics, 0.1, 1000, 2.5);
    return new Checkpoint(
        step,
        "{\"seed\":42}",
        List.of(3L, 4L),
        List.of(0L, 0L),
        List.of(epoch),
        List.of(List.of(2L, -1L)),
        parts);
  }

  private Checkpoint save(long step) throws IOException {
    Checkpoint checkpoint = write(step);
    directory.complete(checkpoint, 2);
    return checkpoint;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temporary.resolve("checkpoints"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNewestIsReadAsItWasWritten() throws IOException {
    save(10);
    Checkpoint second = save(20);

    Checkpoint found = directory.newest(damaged::add);

    assertThat(found).isEqualTo(second);
    assertThat(damaged).isEmpty();
    Tensor parameters = vector(0);
    Tensor slots = vector(0);
    Map<String, Tensor> into = new LinkedHashMap<>();
    into.put("parameters", parameters);
    into.put("slots.0", slots);
    directory.read(20, second.parts().get(1), into);
    assertThat(parameters.toFloats()).containsExactly(20.5f, 21.5f, 22.5f, 23.5f, 24.5f);
    assertThat(slots.toFloats()).containsExactly(-20.5f, -19.5f, -18.5f, -17.5f, -16.5f);
  }

  @Test
  void thereIsNoneBeforeTheManifest() throws IOException {
    assertThat(directory.holdsAny()).isFalse();
    assertThat(directory.newest(damaged::add)).isNull();

    write(10);

    assertThat(directory.holdsAny()).isFalse();
    assertThat(directory.newest(damaged::add)).isNull();
    assertThat(damaged).isEmpty();
  }

  @Test
  void theNewestAreKeptAndWhatWasNotCompletedGoes() throws IOException {
    write(5);
    save(10);
    save(20);
    write(25);
    save(30);
    write(40);

    assertThat(names()).containsExactly("step-0000000020", "step-0000000030", "step-0000000040");

    directory.delete();

    assertThat(temporary.resolve("checkpoints")).doesNotExist();
  }

  /** All files of the newest checkpoint. */
  private List<Path> newest() throws IOException {
    try (Stream<Path> files = Files.list(temporary.resolve("checkpoints/step-0000000020"))) {
      return files.sorted().toList();
    }
  }

  private void assertTheFirstIsUsed(Checkpoint first, Path file) throws IOException {
    damaged.clear();
    assertThat(directory.newest(damaged::add)).isEqualTo(first);
    assertThat(damaged).singleElement().asString().contains(file.getFileName().toString());
  }

  @Test
  void aFileCutShortAtAnyByteIsNoticedAndTheCheckpointBeforeIsUsed() throws IOException {
    Checkpoint first = save(10);
    save(20);

    assertThat(newest()).hasSize(3);
    for (Path file : newest()) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length++) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertTheFirstIsUsed(first, file);
      }
      Files.write(file, whole);
    }
  }

  @Test
  void anyBitThatFlipsIsNoticedAndTheCheckpointBeforeIsUsed() throws IOException {
    Checkpoint first = save(10);
    save(20);

    for (Path file : newest()) {
      byte[] whole = Files.readAllBytes(file);
      for (int bit = 0; bit < whole.length * 8; bit++) {
        byte[] flipped = whole.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, flipped);
        assertTheFirstIsUsed(first, file);
      }
      Files.write(file, whole);
    }
  }

  @Test
  void aFileThatIsGoneIsNoticed() throws IOException {
    Checkpoint first = save(10);
    save(20);

    Files.delete(temporary.resolve("checkpoints/step-0000000020/part-1"));

    assertTheFirstIsUsed(first, Path.of("part-1"));
  }

  @Test
  void partsThatChangeBetweenTheCheckAndTheReadingAreNoticed() throws IOException {
    Checkpoint saved = save(20);
    Path file = temporary.resolve("checkpoints/step-0000000020/part-0");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> directory.read(20, saved.parts().get(0), numbers(0)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("part-0: expects the SHA-256 ")
        .hasMessageContaining("cut short or damaged");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsAnErrorThatSaysSo() throws IOException {
    Path place = Files.createDirectories(temporary.resolve("checkpoints/step-0000000010"));
    Files.createSymbolicLink(place.resolve("part-0"), Path.of("/dev/full"));

    assertThatThrownBy(() -> write(10))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
  }

  @Test
  void partsThatTheDriverCannotSeeMakeNoCheckpoint() throws IOException {
    Checkpoint checkpoint = write(10);
    Files.delete(temporary.resolve("checkpoints/step-0000000010/part-1"));

    assertThatThrownBy(() -> directory.complete(checkpoint, 2))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("part-1: expects ")
        .hasMessageContaining(
            "got no file; the output has to be on a file system that the driver and all executors share");
    assertThat(directory.holdsAny()).isFalse();
  }
}
