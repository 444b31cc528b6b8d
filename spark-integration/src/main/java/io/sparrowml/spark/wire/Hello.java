package io.sparrowml.spark.wire;

/**
 * The first message on a link between nodes: who speaks.
 *
 * @param node the sender's number
 */
public record Hello(int generation, long step, int node) implements Message {}
