package io.sparrowml.spark.cluster;

import io.sparrowml.data.Batches;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Makes tensors of the rows of the next micro-batch, by a thread of its own, while a compute thread
 * works on the present one.
 */
final class ReadAhead implements AutoCloseable {
  private final Batches batches;
  private final Deque<Samples> free;
  private final ExecutorService thread;

  /**
   * Nothing read yet.
   *
   * @param batches used by this alone
   * @param rooms for a micro-batch each: one to be read into, and those that are in use meanwhile
   * @param name of the thread
   */
  ReadAhead(Batches batches, List<Samples> rooms, String name) {
    this.batches = batches;
    this.free = new ArrayDeque<>(rooms);
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
  }

  /** Begins to read rows {@code [from, from + count)} of a worker's order of an epoch. */
  Future<Samples> begin(HostedWorker worker, int epoch, int from, int count) {
    Samples room = free.remove();
    return thread.submit(
        () -> {
          room.fill(batches, worker.train(), worker.order(epoch), from, count);
          return room;
        });
  }

  /** Waits for what was begun. */
  static Samples await(Future<Samples> begun) throws InterruptedException {
    try {
      return begun.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("rows expect to be read, got " + e.getCause(), e.getCause());
    }
  }

  /** Gives the room of a micro-batch back. */
  void done(Samples room) {
    free.add(room);
  }

  /** Ends the thread, once what it reads is read: the rows' memory may go after that. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
