package io.sparrowml.spark.cluster;

import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointException;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of checkpoints: when one is taken, and that it is complete only when all shards
 * have written their parts. One that could not be written is told and does not end the training.
 */
final class Saves {
  private final @Nullable Checkpointing how;
  private final String training;
  private final List<Long> trainRows;
  private final List<Long> validationRows;
  private final TrainingListener listener;
  private final Executor writer;
  private final Map<Integer, Saved> parts = new TreeMap<>();
  private List<ShardPlace> shards = List.of();
  private List<EpochRecord> history = List.of();
  private long pending = -1;

  /**
   * Checkpoints of a training.
   *
   * @param how null for none
   * @param training what decides its result, in JSON
   * @param listener is told what could not be written
   * @param writer on whose thread they are completed
   */
  Saves(
      @Nullable Checkpointing how,
      String training,
      List<Long> trainRows,
      List<Long> validationRows,
      TrainingListener listener,
      Executor writer) {
    this.how = how;
    this.training = training;
    this.trainRows = List.copyOf(trainRows);
    this.validationRows = List.copyOf(validationRows);
    this.listener = listener;
    this.writer = writer;
  }

  /** No checkpoints. */
  static Saves none() {
    return new Saves(null, "", List.of(), List.of(), TrainingListener.NONE, Runnable::run);
  }

  /** Where to go on; null to begin anew. */
  @Nullable Checkpoint from() {
    return how == null ? null : how.from();
  }

  /**
   * An epoch has ended and training goes on; returns whether it is to be written down. While the
   * last time is still being written, it is not.
   */
  synchronized boolean begin(List<EpochRecord> soFar, List<ShardPlace> places) {
    EpochRecord last = soFar.get(soFar.size() - 1);
    if (how == null || pending >= 0 || last.epoch() % how.every() != 0) {
      return false;
    }
    pending = last.step();
    history = List.copyOf(soFar);
    shards = List.copyOf(places);
    parts.clear();
    return true;
  }

  /** A shard has written its part, or could not. */
  synchronized void saved(Saved part) {
    Checkpointing where = how;
    if (where == null
        || part.step() != pending
        || part.shard() < 0
        || part.shard() >= shards.size()
        || parts.putIfAbsent(part.shard(), part) != null) {
      return;
    }
    if (parts.size() == shards.size()) {
      writer.execute(() -> complete(where));
    }
  }

  /** Who takes part changes: what is not complete will not be. */
  synchronized void abandon() {
    if (parts.size() < shards.size()) {
      pending = -1;
    }
  }

  /**
   * Looks for the newest checkpoint that can be used, off the calling thread.
   *
   * @param found is given it; null where there is none
   */
  void find(Consumer<@Nullable Checkpoint> found) {
    Checkpointing where = how;
    if (where == null) {
      writer.execute(() -> found.accept(null));
      return;
    }
    writer.execute(
        () -> {
          Checkpoint newest = null;
          try {
            newest = where.store().newest(listener::told);
          } catch (IOException | RuntimeException e) {
            listener.told(String.valueOf(e.getMessage()));
          }
          found.accept(newest == null ? where.from() : newest);
        });
  }

  /** Makes a checkpoint of the parts; without the lock, as a file system may be slow. */
  private void complete(Checkpointing where) {
    Checkpoint checkpoint;
    String problem;
    synchronized (this) {
      checkpoint = checkpoint();
      problem =
          parts.values().stream()
              .map(Saved::problem)
              .filter(text -> !text.isEmpty())
              .findFirst()
              .orElse(null);
    }
    try {
      if (problem != null) {
        throw new CheckpointException(problem);
      }
      where.store().complete(checkpoint, where.keep());
    } catch (IOException | RuntimeException e) {
      where.store().discard(checkpoint.step());
      listener.notSaved(checkpoint.step(), String.valueOf(e.getMessage()));
    }
    synchronized (this) {
      pending = pending == checkpoint.step() ? -1 : pending;
    }
  }

  private Checkpoint checkpoint() {
    List<Part> written =
        parts.entrySet().stream()
            .map(
                each -> {
                  ShardPlace place = shards.get(each.getKey());
                  Saved part = each.getValue();
                  return new Part(
                      part.file(), place.from(), place.length(), part.bytes(), part.sha256());
                })
            .toList();
    return new Checkpoint(pending, training, trainRows, validationRows, history, written);
  }
}
