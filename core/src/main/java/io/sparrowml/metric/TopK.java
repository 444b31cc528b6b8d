package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.tensor.Tensor;

/**
 * The share of samples whose class is among the k of the largest outputs. Of equal outputs the
 * first counts as larger, so that with {@code k = 1} this is {@link Accuracy}; scikit-learn's
 * {@code top_k_accuracy_score} takes the last.
 *
 * @param k how many, fewer than there are classes
 */
public record TopK(@Default("5") int k) implements Metric {
  /** Checks the range. */
  public TopK {
    Ranges.atLeastOne("k", k);
  }

  /** {@code top-5}. */
  @Override
  public String name() {
    return "top-" + k;
  }

  @Override
  public long[] zero() {
    return Share.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    check(new Task(true, samples.units()));
    for (int i = 0; i < samples.count(); i++) {
      Share.add(state, above(samples, i) < k);
    }
    return state;
  }

  /** How many classes come before the right one. */
  private static int above(Samples samples, int i) {
    int target = samples.target(i);
    if (samples.units() == 1) {
      return samples.predicted(i) == target ? 0 : 1;
    }
    float[] outputs = samples.outputs();
    int from = i * samples.units();
    float of = outputs[from + target];
    int above = 0;
    for (int j = 0; j < samples.units(); j++) {
      float other = outputs[from + j];
      above += j != target && (j < target ? !(other < of) : !(other <= of)) ? 1 : 0;
    }
    return above;
  }

  @Override
  public long[] merge(long[] state, long[] other) {
    return Share.merge(state, other);
  }

  @Override
  public double result(long[] state) {
    return Share.result(state);
  }

  @Override
  public boolean ascends() {
    return true;
  }

  @Override
  public void check(Task task) {
    task.requireClasses("top-k");
    if (k >= task.classes()) {
      throw new ConfigException(
          "top-k: expects k to be less than the number of classes, got k %d and %d classes"
              .formatted(k, task.classes()));
    }
  }
}
