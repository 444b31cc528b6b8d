package io.sparrowml.metric;

/** The mean of {@code (y - x)^2} of outputs x and targets y, over all outputs of all samples. */
public record MeanSquaredError() implements MeanError {
  @Override
  public String name() {
    return "mean-squared-error";
  }

  @Override
  public double error(double target, double output) {
    return (target - output) * (target - output);
  }
}
