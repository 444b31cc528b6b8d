package io.sparrowml.spark.wire;

/**
 * A node tells the coordinator that it has left the step in flight; its parameters are those of
 * {@code step}.
 *
 * @param node its number
 */
public record Quiet(int generation, long step, int node) implements Message {}
