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
  private Placement() {}

  /**
   * A plan for some members.
   *
   * @param members numbered from 0 in their order
   * @param workers how many logical workers
   * @param cuts where the flat vector may be cut
   */
  static Plan plan(int generation, long step, List<Member> members, int workers, Cuts cuts) {
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
    slots.removeIf(slot -> Arrays.stream(hostOf).noneMatch(node -> node == slot[0]));
    return new Plan(generation, step, members, hostOf, shards(slots, cuts));
  }

  /** A shard for each slot, as equal in length as the cuts allow. */
  private static List<ShardPlace> shards(List<int[]> slots, Cuts cuts) {
    int count = Math.max(1, Math.min(slots.size(), cuts.pieces()));
    List<ShardPlace> shards = new ArrayList<>();
    int piece = 0;
    for (int shard = 0; shard < count; shard++) {
      int ideal = (int) ((shard + 1L) * cuts.size() / count);
      int next = cuts.nearest(ideal, piece + 1, cuts.pieces() - (count - 1 - shard));
      int from = cuts.from(piece);
      int[] slot = slots.get(shard);
      shards.add(new ShardPlace(slot[0], slot[1], from, cuts.from(next) - from));
      piece = next;
    }
    return shards;
  }
}
