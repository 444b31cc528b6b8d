package io.sparrowml.spark.cluster;

import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.train.Compression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same training in a plain loop over arrays, with nothing of the framework in it. */
final class SequentialTraining {
  private final SimulatedProblem problem;
  private final float[] parameters;
  private final SequentialUpdate update;
  private final Schedule schedule;
  private double rateFactor = 1;

  /**
   * What a training ends with.
   *
   * @param weights the final parameters
   * @param losses the mean loss of each epoch over training rows, then over validation rows
   */
  record Outcome(List<Float> weights, List<Double> losses) {
    static Outcome of(float[] weights, List<Double> losses) {
      List<Float> boxed = new ArrayList<>();
      for (float weight : weights) {
        boxed.add(weight);
      }
      return new Outcome(boxed, losses);
    }
  }

  private SequentialTraining(SimulatedProblem problem) {
    this.problem = problem;
    this.parameters = problem.start();
    this.update = new SequentialUpdate(problem, parameters);
    this.schedule =
        problem.optimizer().learningRate().over((long) problem.epochs() * problem.stepsPerEpoch());
  }

  /** Trains. */
  static Outcome of(SimulatedProblem problem) {
    return new SequentialTraining(problem).run();
  }

  private Outcome run() {
    List<Double> losses = new ArrayList<>();
    List<Double> validated = new ArrayList<>();
    float[] best = parameters.clone();
    double bestLoss = Double.POSITIVE_INFINITY;
    double leastLoss = Double.POSITIVE_INFINITY;
    boolean stop = false;
    for (int epoch = 1; epoch <= problem.epochs() && !stop; epoch++) {
      long sum = 0;
      long count = 0;
      for (int i = 0; i < problem.stepsPerEpoch(); i++) {
        long step = (epoch - 1L) * problem.stepsPerEpoch() + i + 1;
        long seen = losses(step);
        if (step(step)) {
          sum += seen;
          count += problem.workers();
        }
      }
      double loss = sum / 1e3 / count;
      losses.add(loss);
      if (problem.validated()) {
        validated.add(losses(-epoch) / 1e3 / problem.workers());
      }
      if (problem.plateau() != null && loss >= leastLoss) {
        rateFactor *= problem.plateau().factor();
      }
      leastLoss = Math.min(leastLoss, loss);
      if (problem.earlyStopping() == null || loss < bestLoss) {
        bestLoss = loss;
        best = parameters.clone();
      } else {
        stop = true;
      }
    }
    losses.addAll(validated);
    return Outcome.of(best, losses);
  }

  private long losses(long step) {
    long sum = 0;
    for (int worker = 0; worker < problem.workers(); worker++) {
      sum += problem.loss(worker, step, parameters);
    }
    return sum;
  }

  /** Does a step; returns whether it was not skipped. */
  private boolean step(long step) {
    if (problem.mode().isAsynchronous()) {
      oneByOne(step);
      return true;
    }
    int places = 1;
    while (places < problem.workers()) {
      places *= 2;
    }
    float[] sum = sum(step, 0, places);
    if (sum == null) {
      return true;
    }
    int rows = 0;
    for (int worker = 0; worker < problem.workers(); worker++) {
      rows += problem.rows(worker, step);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= rows;
    }
    for (Segment segment : problem.segments()) {
      for (int i = segment.from(); i < segment.from() + segment.length(); i++) {
        if (problem.skips() && !Float.isFinite(sum[i])) {
          return false;
        }
      }
    }
    update.update(sum, rateFactor * schedule.rate(step), step);
    return true;
  }

  /** Each worker with its part of the rate; in which order does not matter for these numbers. */
  private void oneByOne(long step) {
    float rate = (float) (rateFactor / problem.workers() * schedule.rate(step));
    for (int worker = 0; worker < problem.workers(); worker++) {
      int rows = problem.rows(worker, step);
      float[] sum = rows == 0 ? new float[0] : problem.gradient(worker, step, parameters);
      for (int i = 0; i < sum.length; i++) {
        boolean trained = i < problem.segments().get(0).length();
        parameters[i] -= trained ? rate * (sum[i] / rows) : 0;
      }
    }
  }

  /** As gradients travel: all but blocks of a shard's slice that have a statistic in them. */
  private float[] rounded(float[] sum) {
    if (problem.compression().isNone()) {
      return sum;
    }
    boolean brain = problem.compression() instanceof Compression.Bfloat16;
    for (Cuts.Range range : problem.cuts().ranges(problem.shards())) {
      for (int at = range.from(); at < range.from() + range.length(); at += 256) {
        int end = Math.min(at + 256, range.from() + range.length());
        for (int i = at; i < end && !problem.hasStatistic(at, end); i++) {
          if (!Float.isFinite(sum[i])) {
            continue;
          }
          int exponent = Math.max(Math.getExponent(sum[i]), brain ? -126 : -14);
          double unit = Math.scalb(1.0, exponent - (brain ? 7 : 10));
          sum[i] = (float) (Math.rint(sum[i] / unit) * unit);
        }
      }
    }
    return sum;
  }

  /** The sum over a part of the workers, halves first; null where there are no rows. */
  private float @Nullable [] sum(long step, int from, int places) {
    if (from >= problem.workers()) {
      return null;
    }
    if (places == 1) {
      return problem.rows(from, step) == 0
          ? null
          : rounded(problem.gradient(from, step, parameters));
    }
    float[] left = sum(step, from, places / 2);
    float[] right = sum(step, from + places / 2, places / 2);
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    for (int i = 0; i < left.length; i++) {
      left[i] += right[i];
    }
    return rounded(left);
  }
}
