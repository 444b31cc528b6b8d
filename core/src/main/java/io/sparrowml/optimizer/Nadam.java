package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Nadam (Dozat, 2016, algorithm 1): Adam that looks ahead as Nesterov's momentum does. The momentum
 * {@code mu} of an update grows towards {@code beta1}.
 *
 * <pre>
 *   mu(t) = beta1 (1 - 0.96^(t momentumDecay) / 2)
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   h = mu(t + 1) m / (1 - mu(1) ... mu(t + 1)) + (1 - mu(t)) g / (1 - mu(1) ... mu(t))
 *   x = x - rate h / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>The defaults are PyTorch's.
 *
 * @param learningRate the step size, 0.002 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 * @param momentumDecay how fast the momentum grows, at least 0; 0.004 unless given
 */
public record Nadam(
    @Default("0.002") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon,
    @Default("0.004") double momentumDecay)
    implements Optimizer {
  /** A product below this is lost when it is taken from 1. */
  private static final double NOTHING = 0x1p-54;

  /** Checks the ranges. */
  public Nadam {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
    Ranges.notNegative("momentum-decay", momentumDecay);
  }

  @Override
  public int slots() {
    return 2;
  }

  private double momentum(long step) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, step * momentumDecay));
  }

  /** {@code mu(1) ... mu(step)}, or a number that 1 does not feel. */
  private double product(long step) {
    double product = 1;
    for (long t = 1; t <= step && product > NOTHING; t++) {
      product *= momentum(t);
    }
    return product;
  }

  @Override
  public Rule at(long step, double rate) {
    double product = product(step);
    double next = momentum(step + 1);
    float ofMean = (float) (rate * next / (1 - product * next));
    float ofGradient = (float) (rate * (1 - momentum(step)) / (1 - product));
    float correction = (float) (1 / (1 - StrictMath.pow(beta2, (double) step)));
    return chunk -> update(chunk, ofMean, ofGradient, correction);
  }

  private void update(Chunk chunk, float ofMean, float ofGradient, float correction) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    float[] m = chunk.slot(0);
    float[] v = chunk.slot(1);
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      m[i] = b1 * m[i] + c1 * g[i];
      v[i] = b2 * v[i] + c2 * g[i] * g[i];
      x[i] -= (ofMean * m[i] + ofGradient * g[i]) / ((float) Math.sqrt(v[i] * correction) + eps);
    }
  }
}
