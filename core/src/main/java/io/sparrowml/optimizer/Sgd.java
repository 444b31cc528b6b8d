package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Stochastic gradient descent, with momentum where asked for. With a batch of all training rows it
 * is plain gradient descent.
 *
 * <pre>
 *   v = momentum v + g
 *   x = x - rate v                    momentum (Polyak, 1964)
 *   x = x - rate (momentum v + g)     Nesterov (1983; Sutskever et al., 2013)
 * </pre>
 *
 * <p>As in PyTorch, the velocity {@code v} is a sum of gradients, not of steps, so a change of the
 * learning rate takes effect at once.
 *
 * @param learningRate the step size, above 0
 * @param momentum how much of the velocity is kept, in [0, 1); 0 unless given
 * @param nesterov whether to look ahead, false unless given
 */
public record Sgd(
    Schedule learningRate, @Default("0") double momentum, @Default("false") boolean nesterov)
    implements Optimizer {
  /** Checks the ranges. */
  public Sgd {
    Ranges.fraction("momentum", momentum);
  }

  /** Descent at one rate. */
  public Sgd(double learningRate, double momentum, boolean nesterov) {
    this(new Constant(learningRate), momentum, nesterov);
  }

  @Override
  public int slots() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public Rule at(long step, double rate) {
    return chunk -> update(chunk, (float) rate);
  }

  private void update(Chunk chunk, float rate) {
    float[] x = chunk.parameters();
    float[] g = chunk.gradients();
    int n = chunk.length();
    if (momentum == 0) {
      for (int i = 0; i < n; i++) {
        x[i] -= rate * g[i];
      }
      return;
    }
    float mu = (float) momentum;
    float[] v = chunk.slot(0);
    for (int i = 0; i < n; i++) {
      v[i] = mu * v[i] + g[i];
    }
    if (nesterov) {
      for (int i = 0; i < n; i++) {
        x[i] -= rate * (mu * v[i] + g[i]);
      }
    } else {
      for (int i = 0; i < n; i++) {
        x[i] -= rate * v[i];
      }
    }
  }
}
