package io.sparrowml.spark.cluster;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.kernel.Precision;
import io.sparrowml.layer.Dense;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.OnStraggler;
import io.sparrowml.train.ReduceOnPlateau;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trainings as the protocol sees them: the network does not matter. */
final class Specs {
  private static final Model MODEL =
      new Model(
          new Network(Shape.of(1), List.of(new Dense(1))),
          Preprocessing.identity(List.of(Feature.Numeric.number("x"))),
          new MeanSquaredError(),
          "y",
          List.of());

  private Specs() {}

  /**
   * A mean of numbers that are known by then: the states are {@code {how many, thousandths}}, and
   * longer ones are too large. A further result is its half, {@code name.half}.
   */
  record Mean(String name, boolean ascends) implements Metric {
    /** The state of one number. */
    static long[] of(double number) {
      return new long[] {1, Math.round(number * 1000)};
    }

    @Override
    public long[] zero() {
      return new long[2];
    }

    @Override
    public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
      throw new UnsupportedOperationException("numbers come as states");
    }

    @Override
    public long[] merge(long[] state, long[] other) {
      if (other.length > 2) {
        throw new ConfigException(name + ": expects at most 2 numbers, got " + other.length);
      }
      state[0] += other[0];
      state[1] += other[1];
      return state;
    }

    @Override
    public double result(long[] state) {
      return state[1] / 1e3 / state[0];
    }

    @Override
    public Map<String, Double> results(long[] state) {
      Map<String, Double> results = new LinkedHashMap<>();
      results.put(name, result(state));
      results.put(name + ".half", result(state) / 2);
      return results;
    }
  }

  static TrainingSpec of(int epochs, int workers, int slots) {
    return of(new Sgd(0.1, 0, false), null, epochs, null, null, workers, slots);
  }

  static TrainingSpec of(
      Optimizer optimizer,
      @Nullable Clip clip,
      int epochs,
      @Nullable EarlyStopping stopping,
      @Nullable ReduceOnPlateau plateau,
      int workers,
      int slots) {
    return of(optimizer, clip, epochs, stopping, plateau, workers, new Mode.Sync(), slots);
  }

  static TrainingSpec of(
      Optimizer optimizer,
      @Nullable Clip clip,
      int epochs,
      @Nullable EarlyStopping stopping,
      @Nullable ReduceOnPlateau plateau,
      int workers,
      Mode mode,
      int slots) {
    return new TrainingSpec(
        MODEL,
        optimizer,
        clip,
        Precision.FLOAT32,
        OnNonFinite.STOP,
        List.of(new Mean("loss", false), new Mean("accuracy", true)),
        1,
        workers,
        epochs,
        stopping,
        plateau,
        workers,
        mode,
        new Compression.None(),
        new Membership(
            slots, 1, Duration.ofSeconds(120), Duration.ofSeconds(20), OnStraggler.REHOST));
  }

  /** The same with compressed gradients, and with another fate of those that are not finite. */
  static TrainingSpec with(TrainingSpec spec, Compression compression, OnNonFinite onNonFinite) {
    return new TrainingSpec(
        spec.model(),
        spec.optimizer(),
        spec.clip(),
        spec.precision(),
        onNonFinite,
        spec.metrics(),
        spec.seed(),
        spec.batchSize(),
        spec.epochs(),
        spec.earlyStopping(),
        spec.reduceOnPlateau(),
        spec.logicalWorkers(),
        spec.mode(),
        compression,
        spec.membership());
  }
}
