package io.sparrowml.spark.cluster;

import io.sparrowml.metric.MetricSet;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Plateau;
import io.sparrowml.train.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The history of a training, and what is decided from it after each epoch. */
final class Epochs {
  private final TrainingSpec spec;
  private final long rows;
  private final Schedule schedule;
  private final long stepsPerEpoch;
  private final List<EpochRecord> history = new ArrayList<>();
  private @Nullable Plateau plateau;
  private double best = Double.NaN;
  private int sinceBest;
  private long begunAt;
  private long enteredAt;
  private long trainedAt;
  private double secondsBefore;
  private double open = 1; // how much of the present epoch is done here

  /**
   * No epochs yet.
   *
   * @param rows training rows
   * @param stepsPerEpoch steps of an epoch
   */
  Epochs(TrainingSpec spec, long rows, long stepsPerEpoch) {
    this.spec = spec;
    this.rows = rows;
    this.schedule = spec.schedule(stepsPerEpoch);
    this.stepsPerEpoch = stepsPerEpoch;
    this.plateau = spec.reduceOnPlateau() == null ? null : spec.reduceOnPlateau().start();
  }

  /**
   * Training begins.
   *
   * @param now milliseconds
   */
  void begin(long now) {
    begunAt = now;
    enteredAt = now;
    trainedAt = now;
  }

  /**
   * Goes on behind epochs of which a checkpoint tells: all that was decided follows from them.
   *
   * @param updates how many there have been, also of an epoch that has not ended
   * @param perEpoch how many an epoch has
   */
  void resume(List<EpochRecord> before, long updates, int perEpoch) {
    for (EpochRecord record : before) {
      add(record);
      secondsBefore = record.seconds();
    }
    open = 1 - updates % perEpoch / (double) perEpoch;
  }

  /**
   * Steps have been done.
   *
   * @param now milliseconds
   */
  void stepped(long now) {
    trainedAt = now;
  }

  /** The epoch that is going on, from 1. */
  int current() {
    return history.size() + 1;
  }

  List<EpochRecord> history() {
    return List.copyOf(history);
  }

  /**
   * An epoch has ended.
   *
   * @param step how many updates there have been
   * @param trained states of the metrics over the training rows
   * @param validated those over the validation rows; null where there are none
   * @param now milliseconds
   */
  Decision end(long step, long[][] trained, long @Nullable [][] validated, long now) {
    Map<String, Double> values = new LinkedHashMap<>();
    MetricSet measured = spec.measured();
    measured.results(trained).forEach((name, value) -> values.put("train." + name, value));
    if (validated != null) {
      measured.results(validated).forEach((name, value) -> values.put("validation." + name, value));
    }
    double seconds = Math.max(1, trainedAt - enteredAt) / 1e3;
    EpochRecord record =
        new EpochRecord(
            current(),
            step,
            values,
            rateFactor() * rate(current()),
            open * rows / seconds,
            secondsBefore + (now - begunAt) / 1e3);
    enteredAt = now;
    open = 1;
    return add(record);
  }

  private Decision add(EpochRecord record) {
    history.add(record);
    if (plateau != null) {
      ReduceOnPlateau rule = plateau.rule();
      double value = value(record, rule.metric());
      boolean ascends = rule.ascends(spec.measured());
      plateau = plateau.after(value, ascends, rate(record.epoch()));
    }
    return decide(record);
  }

  private static double value(EpochRecord record, String metric) {
    return record.metrics().getOrDefault(metric, Double.NaN);
  }

  /** The schedule's learning rate at the end of an epoch. */
  private double rate(int epoch) {
    return schedule.rate(epoch * stepsPerEpoch);
  }

  /** By which the schedule's learning rate is multiplied. */
  double rateFactor() {
    return plateau == null ? 1 : plateau.factor();
  }

  private Decision decide(EpochRecord record) {
    EarlyStopping stopping = spec.earlyStopping();
    boolean last = record.epoch() == spec.epochs();
    if (stopping == null) {
      return new Decision(
          0, record.step(), record.epoch(), last, false, false, false, rateFactor());
    }
    double value = value(record, stopping.metric());
    boolean better = stopping.improves(value, best, stopping.ascends(spec.measured()));
    best = better ? value : best;
    sinceBest = better ? 0 : sinceBest + 1;
    boolean stop = last || sinceBest >= stopping.patience();
    return new Decision(
        0,
        record.step(),
        record.epoch(),
        stop,
        better,
        stop && sinceBest > 0 && !Double.isNaN(best),
        false,
        rateFactor());
  }
}
