package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.train.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards of a node, on a file system that is as slow as the test wants. */
class CheckpointWriterTest {
  private static final int LENGTH = 16;

  @TempDir private Path temporary;
  private final Arena arena = Arena.root("test", 1 << 20);
  private final List<Saved> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);
  private CheckpointWriter writer;

  @BeforeEach
  void open() throws IOException {
    CheckpointDirectory directory =
        CheckpointDirectory.of(temporary.toUri().toString(), new Configuration());
    writer =
        new CheckpointWriter(
            directory,
            "test",
            arena,
            saved -> {
              told.add(saved);
              if (saved.problem().isEmpty()) {
                awaitRelease();
              }
            });
  }

  @AfterEach
  void close() {
    slow.countDown();
    writer.close();
    arena.closeAll();
  }

  private void awaitRelease() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(int index, long step) {
    ShardPlace place = new ShardPlace(0, 0, ShardPlace.NONE, index * LENGTH, LENGTH);
    ShardFactory factory =
        new ShardFactory(Specs.of(1, 1, 1), new Segments(List.of()), new Rounds(10, 1));
    Arena memory = arena.child("shard");
    Vectors vectors = Vectors.allocate(memory, 2 * LENGTH, new Mode.Sync());
    Shard shard = factory.make(index, place, vectors, memory, (node, message) -> {});
    shard.resume(step);
    writer.write(index, place, shard);
  }

  @Test
  void whileAStepIsBeingWrittenNoShardOfALaterOneIs() {
    write(0, 3);
    Awaitility.await().until(() -> told.size() == 1);

    write(0, 6);
    write(1, 3);
    write(1, 6);

    assertThat(told)
        .filteredOn(saved -> !saved.problem().isEmpty())
        .extracting(Saved::step, Saved::shard, Saved::problem)
        .containsExactly(
            tuple(6L, 0, "the one before is still being written; raise checkpoint.every-steps"),
            tuple(6L, 1, "the one before is still being written; raise checkpoint.every-steps"));

    slow.countDown();
    Awaitility.await()
        .until(() -> told.stream().filter(saved -> saved.problem().isEmpty()).count() == 2);
    assertThat(told).filteredOn(saved -> saved.problem().isEmpty()).allMatch(s -> s.step() == 3);
    Awaitility.await()
        .until(
            () -> {
              write(0, 9);
              return told.stream().anyMatch(s -> s.step() == 9 && s.problem().isEmpty());
            });
  }
}
