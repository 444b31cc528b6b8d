package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Measured;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves what comes for shards to the compute threads that serve them, or stand by for them: a
 * shard is touched by no other thread. What is not for this node, or whose generation has gone by
 * when its turn comes, is dropped.
 */
final class ShardMail {
  private final Platform platform;
  private final Shards shards;

  /** The shards of a node. */
  interface Shards {
    /** The number of the node. */
    int node();

    /** One for which a compute thread works in a generation; null where it does not. */
    @Nullable Shard heldBy(int slot, int index, int generation);
  }

  /** What is to be done with a shard. */
  interface Work {
    void with(int index, Shard shard);
  }

  ShardMail(Platform platform, Shards shards) {
    this.platform = platform;
    this.shards = shards;
  }

  /** Leaves work of a generation for all shards that are here. */
  void toAll(@Nullable Plan plan, int generation, Work work) {
    int count = plan == null ? 0 : plan.shards().size();
    for (int index = 0; index < count; index++) {
      int shard = index;
      leave(plan, index, generation, here -> work.with(shard, here), () -> {});
    }
  }

  /** Leaves a message of another node for the shards that it concerns, if it concerns any. */
  void deliver(@Nullable Plan plan, int from, Message message) {
    if (message instanceof Push push) {
      to(plan, push.shard(), push, shard -> shard.push(push));
    } else if (message instanceof Measured measured) {
      to(plan, 0, measured, shard -> shard.measured(measured));
    } else if (message instanceof Pull pull) {
      to(plan, pull.shard(), pull, shard -> shard.pull(from, pull));
    } else if (message instanceof Norm part) {
      toAll(plan, part.generation(), (index, shard) -> shard.norm(part));
    } else {
      message.release();
    }
  }

  private void to(@Nullable Plan plan, int index, Message message, Consumer<Shard> work) {
    leave(plan, index, message.generation(), work, message::release);
  }

  private void leave(
      @Nullable Plan plan, int index, int generation, Consumer<Shard> work, Runnable otherwise) {
    if (plan == null || plan.generation() != generation || !plan.isHeldBy(shards.node(), index)) {
      otherwise.run();
      return;
    }
    int slot = plan.slotOf(index, shards.node());
    platform.post(
        slot,
        () -> {
          Shard shard = shards.heldBy(slot, index, generation);
          if (shard == null) {
            otherwise.run();
          } else {
            work.accept(shard);
          }
        });
  }
}
