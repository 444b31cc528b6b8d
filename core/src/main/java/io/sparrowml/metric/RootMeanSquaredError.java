package io.sparrowml.metric;

/**
 * The square root of the mean of {@code (y - x)^2} of outputs x and targets y, in the unit of the
 * targets. Of several outputs, that of all numbers together; scikit-learn has the mean of their
 * roots.
 */
public record RootMeanSquaredError() implements MeanError {
  @Override
  public String name() {
    return "root-mean-squared-error";
  }

  @Override
  public double error(double target, double output) {
    return (target - output) * (target - output);
  }

  @Override
  public double result(long[] state) {
    return StrictMath.sqrt(Mean.result(state));
  }
}
