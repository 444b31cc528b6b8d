package io.sparrowml.optimizer;

import io.sparrowml.config.Default;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1): steps scaled by running means of the gradient and of its
 * square, both corrected for their start at zero.
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   x = x - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param learningRate the step size, 0.001 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 */
public record Adam(
    @Default("0.001") double learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon)
    implements Optimizer {

  /** Checks the ranges. */
  public Adam {
    Rates.positive("learning-rate", learningRate);
    Rates.fraction("beta1", beta1);
    Rates.fraction("beta2", beta2);
    Rates.positive("epsilon", epsilon);
  }

  /** Adam with a learning rate and the paper's other constants. */
  public Adam(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8);
  }

  @Override
  public double rate(long step) {
    return learningRate;
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public void update(Chunk chunk, long step) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    float[] m = chunk.slot(0);
    float[] v = chunk.slot(1);
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rate = (float) (learningRate / (1 - StrictMath.pow(beta1, (double) step)));
    float correction = (float) (1 / (1 - StrictMath.pow(beta2, (double) step)));
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      m[i] = b1 * m[i] + (1 - b1) * g[i];
      v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
      x[i] -= rate * m[i] / ((float) Math.sqrt(v[i] * correction) + eps);
    }
  }
}
