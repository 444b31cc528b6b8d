package io.sparrowml.spark.wire;

/**
 * Where a shard lives and what it holds; its number is its place in the plan.
 *
 * @param node the node that serves it
 * @param slot which of the node's compute slots serves it
 * @param standby the node that does the same updates, to take over; {@link #NONE} for none
 * @param from index of its first parameter in the flat vector
 * @param length how many parameters it holds
 */
public record ShardPlace(int node, int slot, int standby, int from, int length) {
  /** No node. */
  public static final int NONE = -1;

  /** Whether a node serves it or stands by. */
  public boolean isHeldBy(int other) {
    return node == other || standby == other;
  }
}
