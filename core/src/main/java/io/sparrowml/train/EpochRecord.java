package io.sparrowml.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of an epoch.
 *
 * @param epoch counts from 1
 * @param step how many updates there have been
 * @param metrics values by name: {@code train.loss}, {@code validation.accuracy}
 * @param learningRate of the epoch's last update
 * @param samplesPerSecond training samples over the time of the epoch's training, validation left
 *     out
 * @param seconds since training began
 */
public record EpochRecord(
    int epoch,
    long step,
    Map<String, Double> metrics,
    double learningRate,
    double samplesPerSecond,
    double seconds) {
  /** Takes a copy of the metrics, in their order. */
  public EpochRecord {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
