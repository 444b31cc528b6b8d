package io.sparrowml.spark.cluster;

import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Lamb;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Polynomial;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.regularizer.L2;
import io.sparrowml.regularizer.MaxNorm;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.train.Compression;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Something to train without a network: gradients and losses are made up, but follow from the
 * worker, the step and the parameters alone, and differ so much in size that the order in which
 * they are added shows in the result.
 *
 * @param seed of all that is made up
 * @param workers how many logical workers
 * @param segments the parameters, one after the other as in a layout
 * @param mode asynchronous ones come with numbers whose sums are exact and whose gradients do not
 *     depend on the parameters, so that the order does not show
 * @param skips whether there are gradients that are not finite, which are skipped
 * @param epochs at the most
 * @param stepsPerEpoch updates an epoch
 * @param shards how many at the most
 * @param saves every so many epochs there is a checkpoint; 0 for none
 * @param savedUpdates also after so many updates within an epoch; 0 for none
 */
record SimulatedProblem(
    long seed,
    int workers,
    Mode mode,
    Compression compression,
    boolean skips,
    List<Segment> segments,
    int epochs,
    int stepsPerEpoch,
    Optimizer optimizer,
    @Nullable Clip clip,
    @Nullable EarlyStopping earlyStopping,
    @Nullable ReduceOnPlateau plateau,
    boolean validated,
    int shards,
    int saves,
    int savedUpdates) {

  /** Any problem. */
  static SimulatedProblem any(SplittableRandom random) {
    return random.nextInt(4) == 0 ? asynchronous(random) : synchronous(random);
  }

  private static SimulatedProblem asynchronous(SplittableRandom random) {
    int workers = 1 + random.nextInt(9);
    return new SimulatedProblem(
        random.nextLong(),
        workers,
        random.nextBoolean() ? new Mode.Async() : new Mode.BoundedStaleness(1 + random.nextInt(3)),
        new Compression.None(),
        false,
        List.of(new Segment.Trained(0, 1 + random.nextInt(40), 1, new None())),
        1 + random.nextInt(3),
        1 + random.nextInt(6),
        new Sgd(workers * 0.125, 0, false),
        null,
        random.nextBoolean() ? new EarlyStopping("train.loss", 1, 0) : null,
        random.nextBoolean() ? new ReduceOnPlateau("train.loss", 0.25, 1, 0, 0, 0) : null,
        random.nextBoolean(),
        1 + random.nextInt(3),
        random.nextInt(3),
        0);
  }

  private static SimulatedProblem synchronous(SplittableRandom random) {
    Compression[] compressions = {
      new Compression.None(), new Compression.Bfloat16(), new Compression.Float16()
    };
    Clip[] clips = {null, Clip.byValue(0.5), Clip.byNorm(2), Clip.byNorm(2)};
    return new SimulatedProblem(
        random.nextLong(),
        1 + random.nextInt(9),
        new Mode.Sync(),
        compressions[random.nextInt(compressions.length)],
        random.nextInt(3) == 0,
        segments(random),
        1 + random.nextInt(4),
        1 + random.nextInt(5),
        optimizer(random),
        clips[random.nextInt(clips.length)],
        random.nextBoolean() ? new EarlyStopping("train.loss", 1, 0) : null,
        random.nextBoolean() ? new ReduceOnPlateau("train.loss", 0.25, 1, 0, 0, 0) : null,
        random.nextBoolean(),
        1 + random.nextInt(6),
        random.nextInt(3),
        random.nextInt(3));
  }

  private static Optimizer optimizer(SplittableRandom random) {
    Schedule rate =
        random.nextBoolean() ? new Constant(0.01) : new Polynomial(0.02, 0.001, 1, null);
    return switch (random.nextInt(3)) {
      case 0 -> new Sgd(rate, 0.9, false);
      case 1 -> new Adam(rate, 0.9, 0.999, 1e-8);
      default -> new Lamb(rate, 0.9, 0.999, 1e-6, 0.01);
    };
  }

  private static List<Segment> segments(SplittableRandom random) {
    Regularizer[] regularizers = {new None(), new None(), new L2(0.01), new MaxNorm(0.5)};
    List<Segment> segments = new ArrayList<>();
    int from = 0;
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      int units = 1 + random.nextInt(6);
      int length = units * (1 + random.nextInt(9));
      segments.add(
          random.nextInt(5) == 0
              ? new Segment.Statistic(from, length, 0.75)
              : new Segment.Trained(
                  from, length, units, regularizers[random.nextInt(regularizers.length)]));
      from += (length + 15) / 16 * 16;
    }
    return segments;
  }

  TrainingSpec spec(int slots) {
    return Specs.with(
        Specs.of(optimizer, clip, epochs, earlyStopping, plateau, workers, mode, slots),
        compression,
        skips ? OnNonFinite.SKIP_STEP : OnNonFinite.STOP);
  }

  /** The length of the flat vector. */
  int size() {
    Segment last = segments.get(segments.size() - 1);
    return last.from() + (last.length() + 15) / 16 * 16;
  }

  /** Whether there is a statistic from one place to another. */
  boolean hasStatistic(int from, int end) {
    return segments.stream()
        .anyMatch(
            each ->
                each instanceof Segment.Statistic
                    && each.from() < end
                    && from < each.from() + each.length());
  }

  Cuts cuts() {
    return new Segments(segments).areWholeFor(optimizer)
        ? new Cuts(size(), segments.stream().map(Segment::from).toList())
        : Cuts.anywhere(size());
  }

  private SplittableRandom random(long... of) {
    long mixed = seed;
    for (long number : of) {
      mixed = new SplittableRandom(mixed ^ number * 0x9E3779B97F4A7C15L).nextLong();
    }
    return new SplittableRandom(mixed);
  }

  /** The parameters before the first step. */
  float[] start() {
    SplittableRandom random = random(0);
    float[] parameters = new float[size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] =
          mode.isAsynchronous()
              ? (random.nextInt(64) - 32) / 8f
              : (float) random.nextDouble() - 0.5f;
    }
    return parameters;
  }

  /** How many rows a worker has in a step: none in some, none of the workers in a few. */
  int rows(int worker, long step) {
    boolean nobody = random(1, step).nextInt(10) == 0;
    return nobody ? 0 : Math.max(0, random(2, step, worker).nextInt(7) - 1);
  }

  /**
   * The gradient of a worker's rows.
   *
   * @param step counts updates from 1
   */
  float[] gradient(int worker, long step, float[] parameters) {
    SplittableRandom random = random(3, step, worker);
    int rows = rows(worker, step);
    float[] gradient = new float[parameters.length];
    for (int i = 0; i < gradient.length; i++) {
      if (mode.isAsynchronous()) {
        gradient[i] = rows * (random.nextInt(17) - 8);
        continue;
      }
      float noise = Math.scalb((float) random.nextDouble() - 0.5f, random.nextInt(16) - 8);
      gradient[i] = rows * (noise + 0.5f * parameters[i]);
    }
    boolean first = step % stepsPerEpoch == 1 % stepsPerEpoch; // something is left of each epoch
    if (skips && !first && random(5, step, worker).nextInt(8) == 0) {
      Segment some = segments.get(random.nextInt(segments.size()));
      gradient[some.from() + random.nextInt(some.length())] =
          random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
    }
    return gradient;
  }

  /** From which index on a gradient is computed before the rest of it. */
  int computedFirst(int worker, long step) {
    return random(6, step, worker).nextInt(size());
  }

  /** Up to which parameter a forward pass reads before it waits for the others. */
  int readFirst(int worker, long step) {
    return 1 + random(7, step, worker).nextInt(size());
  }

  /** What a worker's loss would be in a step, or after an epoch if negative, in thousandths. */
  long loss(int worker, long step, float[] parameters) {
    long bits = 0;
    for (float parameter : mode.isAsynchronous() && step > 0 ? new float[0] : parameters) {
      bits = 31 * bits + Float.floatToIntBits(parameter);
    }
    return random(4, step, worker, bits).nextInt(1000);
  }
}
