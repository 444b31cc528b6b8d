package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * LAMB (You et al., 2020, algorithm 2), for large batches: Adam's direction with decoupled weight
 * decay, scaled for each parameter tensor to its norm.
 *
 * <pre>
 *   m = beta1 m + (1 - beta1) g
 *   v = beta2 v + (1 - beta2) g^2
 *   u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) + weightDecay x
 *   x = x - rate (|x| / |u|) u
 * </pre>
 *
 * <p>Where one of the norms is 0 their quotient counts as 1; the paper's {@code phi} is the
 * identity. All parameters decay, biases too. PyTorch has no LAMB.
 *
 * @param learningRate the step size, 0.001 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-6 unless given
 * @param weightDecay how much parameters shrink, at least 0; 0.01 unless given
 */
public record Lamb(
    @Default("0.001") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-6") double epsilon,
    @Default("0.01") double weightDecay)
    implements LayerwiseOptimizer {

  /** Checks the ranges. */
  public Lamb {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.positive("epsilon", epsilon);
    Ranges.notNegative("weight-decay", weightDecay);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public double trust(double parameters, double direction) {
    return parameters > 0 && direction > 0 ? parameters / direction : 1;
  }

  @Override
  public Rule at(long step, double rate) {
    float ofMean = (float) (1 / (1 - StrictMath.pow(beta1, (double) step)));
    float ofSquare = (float) (1 / (1 - StrictMath.pow(beta2, (double) step)));
    return chunk -> direction(chunk, ofMean, ofSquare);
  }

  private void direction(Chunk chunk, float ofMean, float ofSquare) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    float[] m = chunk.slot(0);
    float[] v = chunk.slot(1);
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    float decay = (float) weightDecay;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      m[i] = b1 * m[i] + c1 * g[i];
      v[i] = b2 * v[i] + c2 * g[i] * g[i];
      g[i] = m[i] * ofMean / ((float) Math.sqrt(v[i] * ofSquare) + eps) + decay * x[i];
    }
  }
}
