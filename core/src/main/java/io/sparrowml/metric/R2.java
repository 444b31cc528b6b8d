package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * The coefficient of determination: which share of the targets' variance the outputs explain,
 * {@code 1 - sum (y - x)^2 / sum (y - mean(y))^2} of outputs x and targets y. 1 is perfect, 0 is no
 * better than their mean. Of several outputs, the mean of theirs, as in scikit-learn.
 *
 * <p>The sums are exact, so targets far from 0 do no harm. Of targets that are all equal it is 1
 * where the outputs equal them and 0 elsewhere, as in scikit-learn; of fewer than two samples it is
 * not a number. The state has the number of samples, and the sums of y, {@code y^2} and {@code (y -
 * x)^2} for each output; no numbers before there are samples.
 */
public record R2() implements Metric {
  private static final int LENGTH = 3 * ExactSum.LENGTH;

  @Override
  public String name() {
    return "r2";
  }

  @Override
  public long[] zero() {
    return new long[0];
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofNumbers(name(), outputs, targets, rows);
    int units = samples.units();
    long[] into = state.length == 0 && samples.count() > 0 ? new long[1 + units * LENGTH] : state;
    for (int i = 0; i < samples.count() * units; i++) {
      into[0] += i % units == 0 ? 1 : 0;
      int at = 1 + i % units * LENGTH;
      double target = samples.number(i);
      double error = target - samples.prediction(i);
      ExactSum.add(into, at, target);
      ExactSum.add(into, at + ExactSum.LENGTH, target * target);
      ExactSum.add(into, at + 2 * ExactSum.LENGTH, error * error);
    }
    return into;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    if (state.length == 0 || other.length == 0) {
      return state.length == 0 ? other : state;
    }
    state[0] += other[0];
    for (int at = 1; at < state.length; at += ExactSum.LENGTH) {
      ExactSum.merge(state, at, other, at);
    }
    return state;
  }

  @Override
  public double result(long[] state) {
    if (state.length == 0 || state[0] < 2) {
      return Double.NaN;
    }
    double sum = 0;
    for (int at = 1; at < state.length; at += LENGTH) {
      sum += of(state, at);
    }
    int units = (state.length - 1) / LENGTH;
    return sum / units;
  }

  /** That of one output: {@code 1 - n E / (n Q - S^2)} of the sums E, Q and S. */
  private static double of(long[] state, int at) {
    int squares = at + ExactSum.LENGTH;
    int errors = squares + ExactSum.LENGTH;
    if (!ExactSum.finite(state, at)
        || !ExactSum.finite(state, squares)
        || !ExactSum.finite(state, errors)) {
      return Double.NaN;
    }
    BigInteger count = BigInteger.valueOf(state[0]);
    BigInteger error = ExactSum.units(state, errors).multiply(count).shiftLeft(ExactSum.PLACES);
    BigInteger variance =
        ExactSum.units(state, squares)
            .multiply(count)
            .shiftLeft(ExactSum.PLACES)
            .subtract(ExactSum.units(state, at).pow(2));
    if (variance.signum() <= 0) {
      return error.signum() == 0 ? 1 : 0;
    }
    return 1
        - new BigDecimal(error)
            .divide(new BigDecimal(variance), MathContext.DECIMAL64)
            .doubleValue();
  }

  @Override
  public boolean ascends() {
    return true;
  }

  @Override
  public void check(Task task) {
    task.requireNumbers(name());
  }
}
