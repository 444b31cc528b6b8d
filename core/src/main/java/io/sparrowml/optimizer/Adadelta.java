package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Adadelta (Zeiler, 2012, algorithm 1): steps whose size follows from the sizes of earlier steps
 * and gradients.
 *
 * <pre>
 *   s = decay s + (1 - decay) g^2
 *   d = sqrt(u + epsilon) / sqrt(s + epsilon) g
 *   u = decay u + (1 - decay) d^2
 *   x = x - rate d
 * </pre>
 *
 * @param learningRate multiplies the steps; 1 unless given, which is the paper's rule
 * @param decay of the running mean squares (PyTorch's rho), 0.9 unless given; the paper's
 *     experiments take 0.95
 * @param epsilon starts the steps, 1e-6 unless given
 */
public record Adadelta(
    @Default("1") Schedule learningRate,
    @Default("0.9") double decay,
    @Default("1e-6") double epsilon)
    implements Optimizer {

  /** Checks the ranges. */
  public Adadelta {
    Ranges.fraction("decay", decay);
    Ranges.positive("epsilon", epsilon);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public Rule at(long step, double rate) {
    return chunk -> update(chunk, (float) rate);
  }

  private void update(Chunk chunk, float rate) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    float[] s = chunk.slot(0);
    float[] u = chunk.slot(1);
    float kept = (float) decay;
    float added = (float) (1 - decay);
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      s[i] = kept * s[i] + added * g[i] * g[i];
      float d = (float) Math.sqrt(u[i] + eps) / (float) Math.sqrt(s[i] + eps) * g[i];
      u[i] = kept * u[i] + added * d * d;
      x[i] -= rate * d;
    }
  }
}
