package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who hosts what: logical workers and shards over the slots of the nodes, in runs.
 *
 * <p>Only nodes that host workers serve shards, since only they go from step to step.
 */
final class Placement {
  /** Shards are cut at multiples of 16 numbers, 64 bytes. */
  private static final int GRAIN = 16;

  private Placement() {}

  /**
   * A plan for some members.
   *
   * @param members numbered from 0 in their order
   * @param workers how many logical workers
   * @param size the length of the flat vector
   */
  static Plan plan(int generation, long step, List<Member> members, int workers, int size) {
    List<int[]> slots = new ArrayList<>();
    for (Member member : members) {
      for (int slot = 0; slot < member.slots(); slot++) {
        slots.add(new int[] {member.node(), slot});
      }
    }
    int[] hostOf = new int[workers];
    for (int worker = 0; worker < workers; worker++) {
      hostOf[worker] = slots.get((int) ((long) worker * slots.size() / workers))[0];
    }
    int grains = (size + GRAIN - 1) / GRAIN;
    slots.removeIf(slot -> Arrays.stream(hostOf).noneMatch(node -> node == slot[0]));
    int count = Math.max(1, Math.min(slots.size(), grains));
    List<ShardPlace> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      int from = (int) ((long) shard * grains / count) * GRAIN;
      int end = Math.min(size, (int) ((shard + 1L) * grains / count) * GRAIN);
      shards.add(new ShardPlace(slots.get(shard)[0], slots.get(shard)[1], from, end - from));
    }
    return new Plan(generation, step, members, hostOf, shards);
  }
}
