package io.sparrowml.spark.wire;

/**
 * A node asks a shard, once, for the parameters of a step and of all that follow; the answer is a
 * {@link Slice} of each. Where gradients are not waited for, it asks for one answer: for itself, or
 * for a worker that has so many steps behind it.
 *
 * @param shard which slice of the parameters
 * @param subtree of the worker; 0 for the node
 */
public record Pull(int generation, long step, int shard, int subtree) implements Message {}
