package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.ShardPlace;

/** What a node runs on: compute threads, a network and a disk, or a picture of them in tests. */
interface Platform {
  /**
   * Connects to another node.
   *
   * @throws io.sparrowml.spark.transport.TransportException when it does not answer
   */
  Link connect(Member member);

  /** Leaves work for a compute thread, from any thread. */
  void post(int slot, Runnable work);

  /** Lets all compute threads look again at what they wait for, from any thread. */
  void wake();

  /** The driver is alive: keeps those waiting who wait for it. */
  void heard();

  /** Nanoseconds, never going back. */
  long nanos();

  /** After how many updates within an epoch shards are written down; 0 for at its end alone. */
  int savedUpdates();

  /** Writes a shard down; by the thread that serves it. */
  void save(int index, ShardPlace place, Shard shard);
}
