package io.sparrowml.optimizer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2): the decay does not
 * pass through the running means, so all parameters shrink alike.
 *
 * <pre>
 *   x = x - rate weightDecay x
 *   then as {@link Adam}
 * </pre>
 *
 * <p>As in PyTorch, the decay is multiplied by the whole learning rate (in the paper by its
 * schedule's multiplier alone), and biases and the scales of normalization decay too.
 *
 * @param learningRate the step size, 0.001 unless given
 * @param beta1 the decay of the mean, 0.9 unless given
 * @param beta2 the decay of the mean square, 0.999 unless given
 * @param epsilon keeps the divisor from zero, 1e-8 unless given
 * @param weightDecay how much parameters shrink, at least 0; 0.01 unless given
 */
public record AdamW(
    @Default("0.001") Schedule learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon,
    @Default("0.01") double weightDecay)
    implements Optimizer {

  /** Checks the ranges. */
  public AdamW {
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
  public Rule at(long step, double rate) {
    Rule adam = new Adam(learningRate, beta1, beta2, epsilon).at(step, rate);
    float kept = (float) (1 - rate * weightDecay);
    return chunk -> {
      float[] x = chunk.parameters();
      int n = chunk.length();
      for (int i = 0; i < n; i++) {
        x[i] *= kept;
      }
      adam.update(chunk);
    };
  }
}
