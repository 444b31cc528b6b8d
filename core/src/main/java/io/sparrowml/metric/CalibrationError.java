package io.sparrowml.metric;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.tensor.Tensor;

/**
 * The expected calibration error: how far the probabilities of the predicted classes are from how
 * often these are right, {@code sum_b |B_b| / n * |accuracy(B_b) - confidence(B_b)|} over bins
 * {@code ((b - 1) / bins, b / bins]} of the probability (Guo et al., <em>On calibration of modern
 * neural networks</em>, 2017, equation 3; 15 bins there too). Outputs are logits.
 *
 * <p>The state has a count of samples, a count of right ones and the sum of probabilities for each
 * bin.
 *
 * @param bins of equal width, at least 1
 */
public record CalibrationError(@Default("15") int bins) implements Metric {
  private static final int LENGTH = 2 + ExactSum.LENGTH;

  /** Checks the range. */
  public CalibrationError {
    Ranges.atLeastOne("bins", bins);
  }

  @Override
  public String name() {
    return "calibration-error";
  }

  @Override
  public long[] zero() {
    return new long[bins * LENGTH];
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count(); i++) {
      Softmax softmax = new Softmax(samples.outputs(), i * samples.units(), samples.units());
      double confidence = softmax.confidence();
      int bin = Math.max(0, (int) Math.ceil(confidence * bins) - 1);
      state[bin * LENGTH]++;
      state[bin * LENGTH + 1] += softmax.best() == samples.target(i) ? 1 : 0;
      ExactSum.add(state, bin * LENGTH + 2, confidence);
    }
    return state;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    for (int at = 0; at < state.length; at += LENGTH) {
      state[at] += other[at];
      state[at + 1] += other[at + 1];
      ExactSum.merge(state, at + 2, other, at + 2);
    }
    return state;
  }

  @Override
  public double result(long[] state) {
    long samples = 0;
    double sum = 0;
    for (int at = 0; at < state.length; at += LENGTH) {
      samples += state[at];
      sum += Math.abs(state[at + 1] - ExactSum.value(state, at + 2));
    }
    return sum / samples;
  }

  @Override
  public boolean ascends() {
    return false;
  }

  @Override
  public void check(Task task) {
    task.requireClasses(name());
  }
}
