package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.EpochStates;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;

/**
 * Has the shards of a node written down between the ends of epochs: each that is served here, at
 * every so many updates, and by the first one what metrics have seen of the epoch.
 *
 * @param rounds of an epoch
 */
record ShardSaves(Platform platform, Peers peers, Rounds rounds) {

  /** From now on a shard is written down when it is time; by the thread that serves it. */
  void watch(Plan plan, int node, int index, Shard shard) {
    ShardPlace place = plan.shards().get(index);
    boolean served = place.node() == node && platform.savedUpdates() > 0;
    int generation = plan.generation();
    shard.whenReached(served ? each -> reached(generation, index, place, each) : each -> {});
  }

  private void reached(int generation, int index, ShardPlace place, Shard shard) {
    if (!rounds.isWithin(shard.step(), platform.savedUpdates())) {
      return;
    }
    EpochStates states = shard.states();
    if (states != null) {
      peers.send(
          Peers.COORDINATOR,
          new Measured(generation, shard.step(), FixedTree.ROOT, states.total()));
    }
    platform.save(index, place, shard);
  }
}
