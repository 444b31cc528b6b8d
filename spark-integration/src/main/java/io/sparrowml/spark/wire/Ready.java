package io.sparrowml.spark.wire;

/**
 * A node tells the coordinator that it has done what the plan asks and can begin.
 *
 * @param node its number
 */
public record Ready(int generation, long step, int node) implements Message {}
