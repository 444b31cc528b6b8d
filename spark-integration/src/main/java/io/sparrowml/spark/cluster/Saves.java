package io.sparrowml.spark.cluster;

import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointException;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Saved;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final Rounds rounds;
  private final TreeMap<Long, Pending> pending = new TreeMap<>(); // by step
  private List<ShardPlace> shards = List.of();
  private List<EpochRecord> history = List.of();
  private long newest;

  /** What is there of a checkpoint. */
  private static final class Pending {
    private final List<EpochRecord> history;
    private final List<ShardPlace> shards;
    private final Map<Integer, Saved> parts = new TreeMap<>();
    private @Nullable List<List<Long>> states;

    /**
     * Nothing yet.
     *
     * @param states what metrics have seen of an epoch; null until that is known
     */
    Pending(List<EpochRecord> history, List<ShardPlace> shards, @Nullable List<List<Long>> states) {
      this.history = history;
      this.shards = shards;
      this.states = states;
    }

    boolean isComplete() {
      return parts.size() == shards.size() && states != null;
    }
  }

  /**
   * Checkpoints of a training.
   *
   * @param how null for none
   * @param training what decides its result, in JSON
   * @param listener is told what could not be written
   * @param writer on whose thread they are completed
   * @param rounds of an epoch
   */
  Saves(
      @Nullable Checkpointing how,
      String training,
      List<Long> trainRows,
      List<Long> validationRows,
      TrainingListener listener,
      Executor writer,
      Rounds rounds) {
    this.how = how;
    this.training = training;
    this.trainRows = List.copyOf(trainRows);
    this.validationRows = List.copyOf(validationRows);
    this.listener = listener;
    this.writer = writer;
    this.rounds = rounds;
  }

  /** No checkpoints. */
  static Saves none() {
    return new Saves(
        null, "", List.of(), List.of(), TrainingListener.NONE, Runnable::run, new Rounds(1, 1));
  }

  /** Where to go on; null to begin anew. */
  @Nullable Checkpoint from() {
    return how == null ? null : how.from();
  }

  /**
   * Training goes on behind these epochs, with shards at these places: what is not complete will
   * not be.
   */
  synchronized void goOn(List<EpochRecord> soFar, List<ShardPlace> places) {
    pending.values().removeIf(each -> !each.isComplete());
    history = List.copyOf(soFar);
    shards = List.copyOf(places);
  }

  /**
   * An epoch has ended and training goes on; returns whether it is to be written down. While the
   * end of an earlier one is still being written, it is not.
   */
  synchronized boolean begin(List<EpochRecord> soFar) {
    history = List.copyOf(soFar);
    EpochRecord last = history.get(history.size() - 1);
    if (how == null
        || last.epoch() % how.every() != 0
        || pending.keySet().stream().anyMatch(rounds::beginsEpoch)) {
      return false;
    }
    pending.put(last.step(), new Pending(history, shards, List.of()));
    return true;
  }

  /** What metrics have seen of an epoch up to a step; it comes before the first shard's part. */
  synchronized void measured(Measured measured) {
    Pending of = pending(measured.step());
    if (of != null) {
      of.states =
          Arrays.stream(measured.states())
              .map(state -> Arrays.stream(state).boxed().toList())
              .toList();
    }
  }

  /** A shard has written its part, or could not. */
  synchronized void saved(Saved part) {
    Checkpointing where = how;
    Pending of = pending(part.step());
    if (where == null
        || of == null
        || part.shard() < 0
        || part.shard() >= of.shards.size()
        || of.parts.putIfAbsent(part.shard(), part) != null) {
      return;
    }
    if (of.isComplete()) {
      writer.execute(() -> complete(where, part.step()));
    }
  }

  /** The checkpoint of a step; within epochs nobody has asked for it before. */
  private @Nullable Pending pending(long step) {
    if (how != null
        && how.everySteps() > 0
        && step > newest
        && rounds.isWithin(step, how.everySteps())) {
      pending.computeIfAbsent(
          step,
          s ->
              new Pending(
                  history.stream().filter(each -> each.step() <= step).toList(), shards, null));
    }
    return pending.get(step);
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
          Checkpoint last = null;
          try {
            last = where.store().newest(listener::told);
          } catch (IOException | RuntimeException e) {
            listener.told(String.valueOf(e.getMessage()));
          }
          last = last == null ? where.from() : last;
          goBack(last == null ? 0 : last.step());
          found.accept(last);
        });
  }

  private synchronized void goBack(long step) {
    newest = step;
  }

  /** Makes a checkpoint of the parts; without the lock, as a file system may be slow. */
  private void complete(Checkpointing where, long step) {
    Pending of;
    synchronized (this) {
      of = pending.remove(step);
    }
    if (of == null) {
      return;
    }
    String problem =
        of.parts.values().stream()
            .map(Saved::problem)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(null);
    try {
      if (problem != null) {
        throw new CheckpointException(problem);
      }
      where.store().complete(checkpoint(step, of), where.keep());
      synchronized (this) {
        newest = Math.max(newest, step);
        pending.headMap(step).clear();
      }
    } catch (IOException | RuntimeException e) {
      where.store().discard(step);
      listener.notSaved(step, String.valueOf(e.getMessage()));
    }
  }

  private Checkpoint checkpoint(long step, Pending of) {
    List<Part> written =
        of.parts.entrySet().stream()
            .map(
                each -> {
                  ShardPlace place = of.shards.get(each.getKey());
                  Saved part = each.getValue();
                  return new Part(
                      part.file(), place.from(), place.length(), part.bytes(), part.sha256());
                })
            .toList();
    return new Checkpoint(
        step,
        training,
        trainRows,
        validationRows,
        of.history,
        Objects.requireNonNull(of.states, "states"),
        written);
  }
}
