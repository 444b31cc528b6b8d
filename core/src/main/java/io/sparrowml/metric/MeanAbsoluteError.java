package io.sparrowml.metric;

/** The mean of {@code |y - x|} of outputs x and targets y, over all outputs of all samples. */
public record MeanAbsoluteError() implements MeanError {
  @Override
  public String name() {
    return "mean-absolute-error";
  }

  @Override
  public double error(double target, double output) {
    return Math.abs(target - output);
  }
}
