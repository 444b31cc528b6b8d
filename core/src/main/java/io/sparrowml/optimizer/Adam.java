package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1): steps scaled by running means of the gradient and of its
 * square, both corrected for their start at zero.
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   x = x - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param learningRate the step size, 0.001 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 */
public record Adam(
    @Default("0.001") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon)
    implements Optimizer {

  /** Checks the ranges. */
  public Adam {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
  }

  /** Adam with a learning rate and the paper's other constants. */
  public Adam(double learningRate) {
    this(new Constant(learningRate), 0.9, 0.999, 1e-8);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public Rule at(long step, double rate) {
    float corrected = (float) (rate / (1 - StrictMath.pow(beta1, (double) step)));
    float correction = (float) (1 / (1 - StrictMath.pow(beta2, (double) step)));
    return chunk -> update(chunk, corrected, correction);
  }

  private void update(Chunk chunk, float rate, float correction) {
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
      x[i] -= rate * m[i] / ((float) Math.sqrt(v[i] * correction) + eps);
    }
  }
}
