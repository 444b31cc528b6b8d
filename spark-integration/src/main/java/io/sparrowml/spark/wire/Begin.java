package io.sparrowml.spark.wire;

/**
 * The coordinator tells every node to go on from a step: all are ready.
 *
 * @param decided the last epoch about which a {@link Decision} was made; 0 for none
 * @param rateFactor by which the schedule's learning rate is multiplied
 */
public record Begin(int generation, long step, int decided, double rateFactor) implements Message {}
