package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.tensor.Tensor;

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
public record QuantileLoss(@Default("0.5") double quantile) implements Metric {
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
  public long[] zero() {
    return Mean.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofNumbers(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count() * samples.units(); i++) {
      double error = samples.number(i) - samples.prediction(i);
      Mean.add(state, Math.max(quantile * error, (quantile - 1) * error));
    }
    return state;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return Mean.merge(state, other);
  }

  @Override
  public double result(long[] state) {
    return Mean.result(state);
  }

  @Override
  public boolean ascends() {
    return false;
  }

  @Override
  public void check(Task task) {
    task.requireNumbers(name());
  }
}
