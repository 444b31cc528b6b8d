package io.sparrowml.spark.cluster;

import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.train.EarlyStopping;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Something to train without a network: gradients and losses are made up, but follow from the
 * worker, the step and the parameters alone, and differ so much in size that the order in which
 * they are added shows in the result.
 *
 * @param seed of all that is made up
 * @param workers how many logical workers
 * @param size how many parameters
 * @param epochs at the most
 * @param stepsPerEpoch updates an epoch
 */
record SimulatedProblem(
    long seed,
    int workers,
    int size,
    int epochs,
    int stepsPerEpoch,
    Optimizer optimizer,
    @Nullable EarlyStopping earlyStopping) {

  /** Any problem. */
  static SimulatedProblem any(SplittableRandom random) {
    return new SimulatedProblem(
        random.nextLong(),
        1 + random.nextInt(9),
        1 + random.nextInt(120),
        1 + random.nextInt(4),
        1 + random.nextInt(3),
        random.nextBoolean() ? new Sgd(0.01, 0.9, false) : new Adam(0.01),
        random.nextBoolean() ? new EarlyStopping("train.loss", 1, 0) : null);
  }

  TrainingSpec spec(int slots) {
    return Specs.of(optimizer, epochs, earlyStopping, workers, slots);
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
    float[] parameters = new float[size];
    for (int i = 0; i < size; i++) {
      parameters[i] = (float) random.nextDouble() - 0.5f;
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
    float[] gradient = new float[size];
    for (int i = 0; i < size; i++) {
      float noise = Math.scalb((float) random.nextDouble() - 0.5f, random.nextInt(16) - 8);
      gradient[i] = rows * (noise + 0.5f * parameters[i]);
    }
    return gradient;
  }

  /** What a worker's loss would be after an epoch, in thousandths. */
  long loss(int worker, int epoch, float[] parameters) {
    long bits = 0;
    for (float parameter : parameters) {
      bits = 31 * bits + Float.floatToIntBits(parameter);
    }
    return random(4, epoch, worker, bits).nextInt(1000);
  }
}
