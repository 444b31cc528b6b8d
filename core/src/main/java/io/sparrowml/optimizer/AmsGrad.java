package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * AMSGrad (Reddi, Kale and Kumar, 2018, algorithm 2): Adam whose divisor never shrinks.
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   w = max(w, v)
 *   x = x - rate (m / (1 - beta1^t)) / (sqrt(w / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>As in PyTorch's {@code Adam(amsgrad=True)}, the means are corrected for their start at zero
 * and there is an epsilon; the paper has neither.
 *
 * @param learningRate the step size, 0.001 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 */
public record AmsGrad(
    @Default("0.001") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon)
    implements Optimizer {

  /** Checks the ranges. */
  public AmsGrad {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
  }

  @Override
  public int slots() {
    return 3;
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
    float[] w = chunk.slot(2);
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      m[i] = b1 * m[i] + c1 * g[i];
      v[i] = b2 * v[i] + c2 * g[i] * g[i];
      w[i] = Math.max(w[i], v[i]);
      x[i] -= rate * m[i] / ((float) Math.sqrt(w[i] * correction) + eps);
    }
  }
}
