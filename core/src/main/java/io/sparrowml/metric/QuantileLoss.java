package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;

/**
 * The pinball loss, which predictions of the q-quantile of the target minimize: the mean of {@code
 * max(q (y - x), (q - 1) (y - x))} of outputs x and targets y, over all outputs of all samples
 * (Koenker and Bassett, <em>Regression quantiles</em>, 1978, equation 3.1; scikit-learn's {@code
 * mean_pinball_loss}).
 *
 * <p>The name has the quantile in it: {@code quantile-loss-0.9}. At 0.5 it is half the mean
 * absolute error.
 *
 * @param quantile in (0, 1)
 */
public record QuantileLoss(@Default("0.5") double quantile) implements MeanError {
  /** Checks the range. */
  public QuantileLoss {
    if (!(quantile > 0 && quantile < 1)) {
      throw new ConfigException("quantile: expects more than 0 and less than 1, got " + quantile);
    }
  }

  @Override
  public String name() {
    return "quantile-loss-" + quantile;
  }

  @Override
  public double error(double target, double output) {
    return Math.max(quantile * (target - output), (quantile - 1) * (target - output));
  }
}
