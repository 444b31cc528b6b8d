package io.sparrowml.spark.wire;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The coordinator tells every node who takes part in a generation, who does what, and who has what
 * it takes: where nobody has, all read what training can begin with at this step.
 *
 * @param step from which the generation goes on
 * @param members all nodes
 * @param hostOf the node of each logical worker; not to be changed
 * @param shards where each shard lives, by number
 * @param sources the node that has each shard's numbers, or {@link ShardPlace#NONE} for all; not to
 *     be changed
 * @param fresh the nodes that have no parameters
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Plan(
    int generation,
    long step,
    List<Member> members,
    int[] hostOf,
    List<ShardPlace> shards,
    int[] sources,
    List<Integer> fresh)
    implements Message {
  /** Takes copies. */
  public Plan {
    members = List.copyOf(members);
    hostOf = hostOf.clone();
    shards = List.copyOf(shards);
    sources = sources.clone();
    fresh = List.copyOf(fresh);
  }

  /** The member of a number. */
  public Member member(int node) {
    return find(node)
        .orElseThrow(() -> new IllegalArgumentException("plan: no member has number " + node));
  }

  /** The number of an executor's member. */
  public int numberOf(String executor) {
    return members.stream()
        .filter(member -> member.executor().equals(executor))
        .findFirst()
        .orElseThrow()
        .node();
  }

  /** Whether a node takes part. */
  public boolean has(int node) {
    return find(node).isPresent();
  }

  private Optional<Member> find(int node) {
    return members.stream().filter(member -> member.node() == node).findFirst();
  }

  /** Whether nobody has anything yet. */
  public boolean fromOrigin() {
    return sources.length == 0 || sources[0] == ShardPlace.NONE;
  }

  /** Whether there is a shard of this number, which a node serves or stands by for. */
  public boolean isHeldBy(int node, int shard) {
    return shard >= 0 && shard < shards.size() && shards.get(shard).isHeldBy(node);
  }

  /** Which compute slot of a node serves a shard, or stands by. */
  public int slotOf(int shard, int node) {
    ShardPlace place = shards.get(shard);
    return place.node() == node ? place.slot() : shard % member(node).slots();
  }

  /** Who some nodes are, for errors. */
  public String describe(List<Integer> nodes) {
    return String.join(
        ", ", nodes.stream().distinct().map(node -> member(node).describe()).toList());
  }

  /** Who serves some shards, for errors. */
  public String servers(List<Integer> of) {
    return describe(of.stream().map(shard -> shards.get(shard).node()).toList());
  }

  /** The workers that a node hosts. */
  public List<Integer> hosted(int node) {
    return IntStream.range(0, hostOf.length).filter(w -> hostOf[w] == node).boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Plan plan
        && plan.generation == generation
        && plan.step == step
        && plan.members.equals(members)
        && Arrays.equals(plan.hostOf, hostOf)
        && plan.shards.equals(shards)
        && Arrays.equals(plan.sources, sources)
        && plan.fresh.equals(fresh);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * generation + Long.hashCode(step)) + Arrays.hashCode(hostOf);
  }
}
