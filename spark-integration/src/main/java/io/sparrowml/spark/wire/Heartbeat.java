package io.sparrowml.spark.wire;

/** The sender is alive. */
public record Heartbeat(int generation, long step) implements Message {}
