package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.tensor.Tensor;

/**
 * A node's part in the steps of a generation: it hands out the node's logical workers, pushes what
 * comes of them to the shards, and takes in the parameters.
 *
 * <p>Safe for use by several threads; it starts none and waits for nothing.
 */
interface Replica {
  /** The compute threads of a node. */
  interface ComputeThreads {
    /** How many there are. */
    int count();

    /** Leaves work for one of them, from any thread. */
    void post(int slot, Runnable work);

    /** Lets all of them look again at what they wait for, from any thread. */
    void wake();
  }

  /** The tree of all workers. */
  FixedTree tree();

  /** How many steps of all hosted workers are behind the present parameters. */
  long step();

  /** The present parameters. */
  Tensor parameters();

  /**
   * Takes in the parameters of a shard; what comes twice or late is dropped.
   *
   * @return whether compute threads may have waited for this
   */
  boolean receive(Slice slice);

  /** Leaves the step in flight: from now on nothing is taken in. */
  void stop();
}
