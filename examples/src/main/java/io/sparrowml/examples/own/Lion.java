package io.sparrowml.examples.own;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.optimizer.Chunk;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Schedule;

/**
 * Lion (Chen et al., <em>Symbolic discovery of optimization algorithms</em>, 2023, program 1):
 * steps of one size, of which the gradient decides the sign alone.
 *
 * <pre>
 *   x = x - rate (sign(beta1 m + (1 - beta1) g) + decay x)
 *   m = beta2 m + (1 - beta2) g
 * </pre>
 *
 * @param learningRate the step size, 0.0001 unless given
 * @param beta1 how much of the mean gradient {@code m} is in a step, 0.9 unless given
 * @param beta2 how much of it is kept, 0.99 unless given
 * @param decay what parameters lose in a step, 0 unless given
 */
public record Lion(
    @Default("1e-4") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.99") double beta2,
    @Default("0") double decay)
    implements Optimizer {

  /** Checks the ranges. */
  public Lion {
    Ranges.fraction("beta1", beta1);
    Ranges.fraction("beta2", beta2);
    Ranges.notNegative("decay", decay);
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
    float[] m = chunk.slot(0);
    float b1 = (float) beta1;
    float c1 = (float) (1 - beta1);
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    float d = (float) decay;
    for (int i = 0; i < chunk.length(); i++) {
      x[i] -= rate * (Math.signum(b1 * m[i] + c1 * g[i]) + d * x[i]);
      m[i] = b2 * m[i] + c2 * g[i];
    }
  }
}
