package io.sparrowml.spark.wire;

/**
 * The first shard tells the coordinator that a step changed nothing, since its gradient is not
 * finite.
 *
 * @param parameter the first index in the flat vector where it is not
 */
public record Skipped(int generation, long step, int parameter) implements Message {}
