package io.sparrowml.spark.wire;

/**
 * Where a shard lives and what it holds; its number is its place in the plan.
 *
 * @param node the node that serves it
 * @param slot which of the node's shard servers
 * @param from index of its first parameter in the flat vector
 * @param length how many parameters it holds
 */
public record ShardPlace(int node, int slot, int from, int length) {}
