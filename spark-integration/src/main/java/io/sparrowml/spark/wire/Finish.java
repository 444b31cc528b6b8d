package io.sparrowml.spark.wire;

/** The coordinator tells every node that training is over. */
public record Finish(int generation, long step) implements Message {}
