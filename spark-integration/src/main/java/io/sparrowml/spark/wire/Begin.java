package io.sparrowml.spark.wire;

/** The coordinator tells every node to begin with a step: all are ready. */
public record Begin(int generation, long step) implements Message {}
