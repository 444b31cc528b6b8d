package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes a node's shards down while training goes on: a shard's own thread copies its numbers, and
 * the writer's thread writes the copy.
 */
final class CheckpointWriter implements AutoCloseable {
  private static final int WRITING_SECONDS = 60;
  private static final String BUSY =
      "the one before is still being written; raise checkpoint.every-steps";

  private final CheckpointDirectory directory;
  private final String suffix;
  private final Consumer<Saved> coordinator;
  private final Arena arena;
  private final Map<Integer, Map<String, Tensor>> copies = new ConcurrentHashMap<>();
  private final ExecutorService thread;
  private long accepted = -1; // the step whose shards are written
  private long refused = -1;
  private int writing;

  /**
   * A writer.
   *
   * @param suffix of the files' names, which no other training in the same directory has: what one
   *     writes that has been given up is never taken for this one's
   * @param memory for the copies
   * @param coordinator is told of each part
   */
  CheckpointWriter(
      CheckpointDirectory directory, String suffix, Arena memory, Consumer<Saved> coordinator) {
    this.arena = memory.child("copies of shards");
    this.directory = directory;
    this.suffix = suffix;
    this.coordinator = coordinator;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread writer = new Thread(work, "sparrow-checkpoint");
              writer.setDaemon(true);
              return writer;
            });
  }

  /**
   * Copies a shard's numbers, and has the copy written; or tells the coordinator that shards of an
   * earlier step are still being written.
   */
  void write(int index, ShardPlace place, Shard shard) {
    if (!accepts(shard.step())) {
      coordinator.accept(new Saved(0, shard.step(), index, "", 0, "", BUSY));
      return;
    }
    Map<String, StateVector> numbers = StateVector.named(shard);
    Map<String, Tensor> copy = copies.computeIfAbsent(index, i -> room(numbers));
    copy.forEach((name, room) -> Objects.requireNonNull(numbers.get(name), name).copyTo(room));
    long step = shard.step();
    thread.execute(
        () -> {
          write(index, place.from(), step, copy);
          written();
        });
  }

  /** All shards of a step are written, or none is. */
  private synchronized boolean accepts(long step) {
    if (step != accepted && (step == refused || writing > 0)) {
      refused = step;
      return false;
    }
    accepted = step;
    writing++;
    return true;
  }

  private synchronized void written() {
    writing--;
  }

  private Map<String, Tensor> room(Map<String, StateVector> numbers) {
    Map<String, Tensor> room = new LinkedHashMap<>();
    synchronized (arena) {
      numbers.forEach((name, vector) -> room.put(name, Node.vector(arena, vector.size())));
    }
    return room;
  }

  private void write(int shard, int from, long step, Map<String, Tensor> copy) {
    String file = String.format(Locale.ROOT, "part-%05d-%s.safetensors", shard, suffix);
    try {
      Part part = directory.write(step, file, from, copy);
      coordinator.accept(new Saved(0, step, shard, file, part.bytes(), part.sha256(), ""));
    } catch (IOException | RuntimeException e) {
      coordinator.accept(new Saved(0, step, shard, file, 0, "", file + ": " + e.getMessage()));
    }
  }

  /**
   * Waits for what is being written, also where the task is being cancelled: the copies can be
   * given back only afterwards.
   *
   * @throws TrainingException when that takes too long; the copies are still in use then
   */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITING_SECONDS);
    while (!ended && System.nanoTime() < until) {
      try {
        ended = thread.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      throw new TrainingException(
          "a checkpoint expects to be written within %d s, got no end".formatted(WRITING_SECONDS));
    }
  }
}
