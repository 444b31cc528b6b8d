package io.sparrowml.spark.wire;

/**
 * A node tells the coordinator that it has done a step.
 *
 * @param node its number
 * @param loss the step's loss, for display
 */
public record Progress(int generation, long step, int node, double loss) implements Message {}
