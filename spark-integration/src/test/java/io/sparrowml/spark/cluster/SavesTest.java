package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards, a checkpoint every second epoch of ten steps. */
class SavesTest {
  private static final List<ShardPlace> SHARDS =
      List.of(new ShardPlace(0, 0, 1, 0, 16), new ShardPlace(1, 0, 0, 16, 4));

  @TempDir Path temporary;
  private final Arena arena = Arena.root("test", 1 << 20);
  private final List<String> told = new ArrayList<>();
  private CheckpointDirectory directory;
  private Saves saves;

  @BeforeEach
  void open() throws IOException {
    directory = CheckpointDirectory.of(temporary.toUri().toString(), new Configuration());
    saves = saves(0);
    saves.goOn(List.of(), SHARDS);
  }

  private Saves saves(int everySteps) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void notSaved(long step, String reason) {
            told.add(step + ": " + reason);
          }
        };
    return new Saves(
        new Checkpointing(directory, 2, everySteps, 1, null),
        "{}",
        List.of(20L),
        List.of(0L),
        listener,
        Runnable::run,
        new Rounds(10, 1));
  }

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private static List<EpochRecord> history(int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(epoch -> new EpochRecord(epoch, 10L * epoch, Map.of(), 0.1, 1, 1))
        .toList();
  }

  private void write(long step, int shard) throws IOException {
    ShardPlace place = SHARDS.get(shard);
    Tensor parameters = Node.vector(arena, place.length());
    parameters.clear();
    Part part =
        directory.write(step, "part-" + shard, place.from(), Map.of("parameters", parameters));
    saves.saved(new Saved(0, step, shard, part.file(), part.bytes(), part.sha256(), ""));
  }

  private @Nullable Checkpoint newest() throws IOException {
    return directory.newest(told::add);
  }

  private Checkpoint written() throws IOException {
    return Objects.requireNonNull(newest());
  }

  @Test
  void aCheckpointIsCompleteWhenAllShardsHaveWritten() throws IOException {
    assertThat(saves.begin(history(1))).isFalse();
    assertThat(saves.begin(history(2))).isTrue();

    write(20, 1);
    write(20, 1);
    assertThat(newest()).isNull();

    write(20, 0);
    Checkpoint found = written();
    assertThat(found.step()).isEqualTo(20);
    assertThat(found.history()).isEqualTo(history(2));
    assertThat(found.parts()).extracting(Part::from).containsExactly(0, 16);
    assertThat(told).isEmpty();
  }

  @Test
  void whileOneIsBeingWrittenNoneIsBegun() throws IOException {
    saves.begin(history(2));
    write(20, 0);

    assertThat(saves.begin(history(4))).isFalse();

    write(20, 1);
    assertThat(saves.begin(history(6))).isTrue();
  }

  @Test
  void whatCouldNotBeWrittenIsToldAndTheNextIsTried() throws IOException {
    saves.begin(history(2));
    write(20, 0);
    saves.saved(new Saved(0, 20, 1, "part-1", 0, "", "part-1: No space left on device"));

    assertThat(told).containsExactly("20: part-1: No space left on device");
    assertThat(temporary).isEmptyDirectory();

    assertThat(saves.begin(history(4))).isTrue();
    write(40, 0);
    write(40, 1);
    assertThat(written().step()).isEqualTo(40);
  }

  @Test
  void whatBelongsToAnotherStepOrNoShardIsNotHeard() throws IOException {
    saves.begin(history(2));
    write(20, 0);
    saves.saved(new Saved(0, 10, 1, "part-1", 0, "", ""));
    saves.saved(new Saved(0, 20, 2, "part-2", 0, "", ""));
    saves.saved(new Saved(0, 20, -1, "part-2", 0, "", ""));

    assertThat(newest()).isNull();
    assertThat(told).isEmpty();
  }

  private static final long[][] SEEN = {{3, -4}, {}};

  private static Measured seen(long step) {
    return new Measured(0, step, 1, SEEN);
  }

  @Test
  void withinAnEpochShardsWriteUnasked() throws IOException {
    saves = saves(4);
    saves.goOn(history(2), SHARDS);
    write(24, 1);
    saves.measured(seen(24));
    assertThat(newest()).isNull();
    write(24, 0);

    Checkpoint found = written();
    assertThat(found.step()).isEqualTo(24);
    assertThat(found.place()).isEqualTo("in epoch 3");
    assertThat(found.history()).isEqualTo(history(2));
    assertThat(found.states()).containsExactly(List.of(3L, -4L), List.of());
  }

  @Test
  void withinAnEpochTheHistoryIsThatOfTheEpochsBefore() throws IOException {
    saves = saves(4);
    saves.goOn(history(1), SHARDS);
    saves.measured(seen(18));
    write(18, 0);
    assertThat(saves.begin(history(2))).as("the epoch has ended meanwhile").isTrue();
    write(18, 1);

    assertThat(written().history()).isEqualTo(history(1));

    write(20, 0);
    write(20, 1);
    assertThat(written().place()).isEqualTo("the end of epoch 2");
    assertThat(written().states()).isEmpty();
  }

  @Test
  void whatComesLateAfterAChangeOfWhoTakesPartDoesNotMakeACheckpoint() throws IOException {
    saves = saves(4);
    saves.goOn(history(1), SHARDS);
    saves.measured(seen(14));
    saves.goOn(history(1), SHARDS);
    write(14, 0);
    write(14, 1);

    assertThat(newest()).as("what metrics have seen is not known").isNull();
  }

  @Test
  void otherStepsWithinAnEpochAreNotHeard() throws IOException {
    saves = saves(4);
    saves.goOn(history(1), SHARDS);
    for (long step : new long[] {12, 20}) {
      saves.measured(seen(step));
      write(step, 0);
      write(step, 1);
    }

    assertThat(newest()).isNull();
  }

  @Test
  void withoutCheckpointingNothingIsBegun() {
    assertThat(Saves.none().begin(history(2))).isFalse();
    assertThat(Saves.none().from()).isNull();
  }
}
