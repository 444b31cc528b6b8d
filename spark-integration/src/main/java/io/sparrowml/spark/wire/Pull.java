package io.sparrowml.spark.wire;

/**
 * A node asks a shard for the parameters of a step; the answer is a {@link Slice}.
 *
 * @param shard which slice of the parameters
 */
public record Pull(int generation, long step, int shard) implements Message {}
