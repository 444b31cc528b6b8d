package io.sparrowml.metric;

/**
 * The mean of {@code |y - x| / |y|} of outputs x and targets y, over all outputs of all samples:
 * 0.1 is 10 %. A divisor below {@code 2^-52} counts as that, as in scikit-learn, so one target of 0
 * makes it huge.
 */
public record MeanAbsolutePercentageError() implements MeanError {
  private static final double SMALLEST = 0x1p-52;

  @Override
  public String name() {
    return "mean-absolute-percentage-error";
  }

  @Override
  public double error(double target, double output) {
    return Math.abs(target - output) / Math.max(Math.abs(target), SMALLEST);
  }
}
