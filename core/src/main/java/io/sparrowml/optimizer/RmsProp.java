package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * RMSprop (Tieleman and Hinton, 2012, lecture 6e): steps scaled by a running mean of the squared
 * gradient; centered, by an estimate of its variance (Graves, 2013, equations 38 to 41).
 *
 * <pre>
 *   s = decay s + (1 - decay) g^2
 *   m = decay m + (1 - decay) g                       centered
 *   d = g / (sqrt(s) + epsilon)
 *   d = g / (sqrt(max(s - m^2, 0)) + epsilon)         centered
 *   v = momentum v + d
 *   x = x - rate v
 * </pre>
 *
 * <p>The defaults are PyTorch's; the lecture's decay is 0.9. Where rounding makes {@code s - m^2}
 * negative, PyTorch gets no number.
 *
 * @param learningRate the step size, 0.01 unless given
 * @param decay of the running means (PyTorch's alpha), 0.99 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 * @param momentum how much of the velocity is kept, in [0, 1); 0 unless given
 * @param centered whether the mean is taken off, false unless given
 */
public record RmsProp(
    @Default("0.01") Schedule learningRate,
    @Default("0.99") double decay,
    @Default("1e-8") double epsilon,
    @Default("0") double momentum,
    @Default("false") boolean centered)
    implements Optimizer {

  /** Checks the ranges. */
  public RmsProp {
    Ranges.fraction("decay", decay);
    Ranges.positive("epsilon", epsilon);
    Ranges.fraction("momentum", momentum);
  }

  @Override
  public int slots() {
    return 1 + (momentum == 0 ? 0 : 1) + (centered ? 1 : 0);
  }

  @Override
  public Rule at(long step, double rate) {
    return chunk -> {
      scale(chunk);
      move(chunk, (float) rate);
    };
  }

  /** Makes the gradients steps {@code d}. */
  private void scale(Chunk chunk) {
    float[] g = chunk.gradients();
    float[] s = chunk.slot(0);
    float kept = (float) decay;
    float added = (float) (1 - decay);
    float eps = (float) epsilon;
    int n = chunk.length();
    for (int i = 0; i < n; i++) {
      s[i] = kept * s[i] + added * g[i] * g[i];
    }
    if (centered) {
      float[] m = chunk.slot(slots() - 1);
      for (int i = 0; i < n; i++) {
        m[i] = kept * m[i] + added * g[i];
        g[i] /= (float) Math.sqrt(Math.max(s[i] - m[i] * m[i], 0)) + eps;
      }
    } else {
      for (int i = 0; i < n; i++) {
        g[i] /= (float) Math.sqrt(s[i]) + eps;
      }
    }
  }

  private void move(Chunk chunk, float rate) {
    float[] x = chunk.parameters();
    float[] d = chunk.gradients();
    int n = chunk.length();
    if (momentum == 0) {
      for (int i = 0; i < n; i++) {
        x[i] -= rate * d[i];
      }
      return;
    }
    float mu = (float) momentum;
    float[] v = chunk.slot(1);
    for (int i = 0; i < n; i++) {
      v[i] = mu * v[i] + d[i];
      x[i] -= rate * v[i];
    }
  }
}
