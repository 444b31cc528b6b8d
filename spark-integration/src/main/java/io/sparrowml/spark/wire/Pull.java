package io.sparrowml.spark.wire;

/**
 * A node asks a shard, once, for the parameters of a step and of all that follow; the answer is a
 * {@link Slice} of each.
 *
 * @param shard which slice of the parameters
 */
public record Pull(int generation, long step, int shard) implements Message {}
