package io.sparrowml.spark.wire;

import java.util.Arrays;
import java.util.List;

/**
 * The coordinator tells every node who takes part in a generation and who does what.
 *
 * @param members all nodes, by number
 * @param hostOf the node of each logical worker; not to be changed
 * @param shards where each shard lives, by number
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Plan(
    int generation, long step, List<Member> members, int[] hostOf, List<ShardPlace> shards)
    implements Message {

  public Plan {
    members = List.copyOf(members);
    hostOf = hostOf.clone();
    shards = List.copyOf(shards);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plan plan
        && plan.generation == generation
        && plan.step == step
        && plan.members.equals(members)
        && Arrays.equals(plan.hostOf, hostOf)
        && plan.shards.equals(shards);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * generation + Long.hashCode(step)) + Arrays.hashCode(hostOf);
  }
}
