package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Adagrad (Duchi, Hazan and Singer, 2011, figure 1, the diagonal form): steps scaled by all
 * gradients so far.
 *
 * <pre>
 *   s = s + g^2
 *   x = x - rate g / (sqrt(initial + s) + epsilon)
 * </pre>
 *
 * <p>The defaults are PyTorch's; its own decay of the rate is left to schedules.
 *
 * @param learningRate the step size, 0.01 unless given
 * @param initial what the sum of squares starts from, at least 0; 0 unless given
 * @param epsilon keeps the divisor from zero, 1e-10 unless given
 */
public record Adagrad(
    @Default("0.01") Schedule learningRate,
    @Default("0") double initial,
    @Default("1e-10") double epsilon)
    implements Optimizer {

  /** Checks the ranges. */
  public Adagrad {
    Ranges.notNegative("initial", initial);
    Ranges.positive("epsilon", epsilon);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public Rule at(long step, double rate) {
    return chunk -> update(chunk, (float) rate);
  }

  private void update(Chunk chunk, float rate) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    float[] s = chunk.slot(0);
    float start = (float) initial;
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      s[i] += g[i] * g[i];
      x[i] -= rate * g[i] / ((float) Math.sqrt(start + s[i]) + eps);
    }
  }
}
