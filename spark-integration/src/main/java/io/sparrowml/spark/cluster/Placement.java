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
  /** How many shards a slot serves at the most. */
  private static final int SHARDS = 4;

  /** A shard of fewer numbers is not cut into several. */
  private static final int LARGE = 1 << 16;

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

  /**
   * Shards for each slot, as equal in length as the cuts allow. Where they have to travel there are
   * several for a slot, so that one is updated while the next is on its way.
   */
  private static List<ShardPlace> shards(List<int[]> slots, Cuts cuts) {
    boolean travel = slots.stream().anyMatch(slot -> slot[0] != slots.get(0)[0]);
    int large = cuts.size() / slots.size() / LARGE;
    int each = travel ? Math.max(1, Math.min(SHARDS, large)) : 1;
    int count = Math.max(1, Math.min(each * slots.size(), cuts.pieces()));
    List<ShardPlace> shards = new ArrayList<>();
    int piece = 0;
    for (int shard = 0; shard < count; shard++) {
      int ideal = (int) ((shard + 1L) * cuts.size() / count);
      int next = cuts.nearest(ideal, piece + 1, cuts.pieces() - (count - 1 - shard));
      int from = cuts.from(piece);
      int[] slot = slots.get((int) ((long) shard * slots.size() / count));
      shards.add(new ShardPlace(slot[0], slot[1], from, cuts.from(next) - from));
      piece = next;
    }
    return shards;
  }
}
