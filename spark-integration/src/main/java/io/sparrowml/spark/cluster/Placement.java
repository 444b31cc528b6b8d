package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who hosts what: each compute slot its share of the logical workers, and of the shards.
 *
 * <p>At first both lie in runs. Later they stay where they are as far as the shares allow, since
 * rows and numbers have to travel to where they were not before. A shard stands by on another node
 * than the one that serves it, where there is another. Only nodes that host workers hold shards,
 * since only they go from step to step.
 */
final class Placement {
  private static final int NOBODY = ShardPlace.NONE;

  private final List<Member> members;
  private final int workers;
  private final Shares shares;
  private final @Nullable Plan before;
  private final Set<Integer> whole;

  private Placement(
      List<Member> members,
      int workers,
      @Nullable Plan before,
      Set<Integer> whole,
      Map<Integer, Double> paces) {
    this.members = members;
    this.workers = workers;
    this.before = before;
    this.whole = whole;
    this.shares = new Shares(members, paces);
  }

  /**
   * A plan for members of whom nobody has anything yet.
   *
   * @param workers how many logical workers
   * @param ranges the slices of the shards
   */
  static Plan first(
      int generation, long step, List<Member> members, int workers, List<Cuts.Range> ranges) {
    return new Placement(members, workers, null, Set.of(), Map.of()).plan(generation, step, ranges);
  }

  /**
   * A plan that goes on from another one.
   *
   * @param before that one
   * @param whole the members who took part in it and still have what they had; they have all shards
   * @param paces how long a slot of each node needs for a worker, in any unit; empty where all are
   *     alike
   */
  static Plan next(
      int generation,
      long step,
      List<Member> members,
      Plan before,
      Set<Integer> whole,
      Map<Integer, Double> paces) {
    List<Cuts.Range> ranges =
        before.shards().stream().map(s -> new Cuts.Range(s.from(), s.length())).toList();
    return new Placement(members, before.hostOf().length, before, whole, paces)
        .plan(generation, step, ranges);
  }

  /** Who of some nodes has the numbers of a shard; {@link ShardPlace#NONE} where nobody has. */
  static int source(ShardPlace shard, Set<Integer> whole) {
    return whole.contains(shard.node())
        ? shard.node()
        : whole.contains(shard.standby()) ? shard.standby() : NOBODY;
  }

  /** Whether some nodes together have the numbers of all shards. */
  static boolean hasAll(Plan plan, Set<Integer> whole) {
    return plan.shards().stream().allMatch(shard -> source(shard, whole) != NOBODY);
  }

  private int order(int node) {
    for (int m = 0; m < members.size(); m++) {
      if (members.get(m).node() == node) {
        return m;
      }
    }
    return NOBODY;
  }

  private Plan plan(int generation, long step, List<Cuts.Range> ranges) {
    int[] hostOf =
        keep(workers, before == null ? new int[0] : before.hostOf(), shares.of(workers, m -> true));
    Set<Integer> hosts = new HashSet<>();
    Arrays.stream(hostOf).forEach(hosts::add);
    int[] sources = new int[ranges.size()];
    Arrays.fill(sources, NOBODY);
    if (before != null) {
      for (int shard = 0; shard < sources.length; shard++) {
        sources[shard] = source(before.shards().get(shard), whole);
      }
    }
    int[] servers =
        keep(sources.length, sources, shares.of(sources.length, m -> hosts.contains(m.node())));
    int[] standbys = standbys(servers, hosts);
    List<ShardPlace> shards = new ArrayList<>();
    Map<Integer, Integer> served = new HashMap<>();
    for (int shard = 0; shard < servers.length; shard++) {
      int node = servers[shard];
      int place = served.merge(node, 1, Integer::sum) - 1;
      long all = Arrays.stream(servers).filter(server -> server == node).count();
      int slot = (int) (place * (long) members.get(order(node)).slots() / all);
      Cuts.Range range = ranges.get(shard);
      shards.add(new ShardPlace(node, slot, standbys[shard], range.from(), range.length()));
    }
    List<Integer> fresh =
        members.stream().map(Member::node).filter(node -> !whole.contains(node)).toList();
    return new Plan(generation, step, members, hostOf, shards, sources, fresh);
  }

  /**
   * Leaves things where they are as far as the members' shares allow; the others go where there is
   * room.
   *
   * @param at where each was, among members or elsewhere; shorter where that is nowhere
   */
  private int[] keep(int things, int[] at, int[] share) {
    int[] room = share.clone();
    int[] placed = new int[things];
    Arrays.fill(placed, NOBODY);
    for (int thing = 0; thing < at.length; thing++) {
      int member = order(at[thing]);
      if (member != NOBODY && room[member] > 0) {
        room[member]--;
        placed[thing] = at[thing];
      }
    }
    int next = 0;
    for (int thing = 0; thing < things; thing++) {
      if (placed[thing] == NOBODY) {
        while (room[next] == 0) {
          next++;
        }
        room[next]--;
        placed[thing] = members.get(next).node();
      }
    }
    return placed;
  }

  private int[] standbys(int[] servers, Set<Integer> hosts) {
    int[] standbys = new int[servers.length];
    int share = (servers.length + hosts.size() - 1) / hosts.size();
    Map<Integer, Integer> load = new HashMap<>();
    for (int shard = 0; shard < servers.length; shard++) {
      int chosen = NOBODY;
      for (Member member : members) {
        int node = member.node();
        if (node == servers[shard] || !hosts.contains(node)) {
          continue;
        }
        int others = load.getOrDefault(node, 0);
        boolean hasIt =
            before != null
                && whole.contains(node)
                && before.shards().get(shard).isHeldBy(node)
                && others < share;
        if (hasIt) {
          chosen = node;
          break;
        }
        if (chosen == NOBODY || others < load.getOrDefault(chosen, 0)) {
          chosen = node;
        }
      }
      standbys[shard] = chosen;
      load.merge(chosen, 1, Integer::sum);
    }
    return standbys;
  }
}
