package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Copies the parameters of shards into a node's memory, several at once, until it is stopped: from
 * then on nothing is taken in, and nothing is still being copied.
 */
final class Intake {
  private final Wanted wanted;
  private final ReadWriteLock copying = new ReentrantReadWriteLock();
  private volatile boolean stopped;

  /** What is waited for. */
  interface Wanted {
    /** Whether a slice is to be taken in, rather than that it comes twice or late. */
    boolean expects(Slice slice);

    /** Where its numbers go. */
    Tensor place(Slice slice);

    /** Its numbers are there; returns whether compute threads may have waited for this. */
    boolean arrived(Slice slice);
  }

  Intake(Wanted wanted) {
    this.wanted = wanted;
  }

  /** Takes a slice in, or drops it; returns whether compute threads may have waited for this. */
  boolean receive(Slice slice) {
    copying.readLock().lock();
    try {
      if (stopped || !wanted.expects(slice)) {
        return false;
      }
      Tensor into = wanted.place(slice);
      if (slice.payload().values().address() != into.address()) { // else the shard is here
        into.copyFrom(slice.payload().values());
      }
      return wanted.arrived(slice);
    } finally {
      copying.readLock().unlock();
      slice.release();
    }
  }

  void stop() {
    copying.writeLock().lock();
    try {
      stopped = true;
    } finally {
      copying.writeLock().unlock();
    }
  }

  boolean isStopped() {
    return stopped;
  }
}
