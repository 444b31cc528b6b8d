package io.sparrowml.spark.wire;

/**
 * The coordinator tells every node to leave the step in flight, as who takes part changes: the
 * answer is a {@link Quiet}, and then comes the {@link Plan} of this generation.
 */
public record Regroup(int generation, long step) implements Message {}
