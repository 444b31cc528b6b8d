package io.sparrowml.spark.wire;

/**
 * A node tells the coordinator, as its sign of life, how fast it works.
 *
 * @param computed how many times its compute threads have computed a logical worker's part of a
 *     step, in this generation
 * @param nanos how long they took for these, together, and for those that they are at
 */
public record Pace(int generation, long step, long computed, long nanos) implements Message {}
