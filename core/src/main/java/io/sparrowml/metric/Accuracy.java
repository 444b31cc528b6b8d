package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/**
 * The share of samples whose class is predicted: the class of the largest of several outputs (the
 * first of equals), or, of one output, class 1 where it is above 0.
 */
public record Accuracy() implements Metric {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public long[] zero() {
    return Share.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count(); i++) {
      Share.add(state, samples.predicted(i) == samples.target(i));
    }
    return state;
  }

  /**
   * The class that the outputs of one sample predict.
   *
   * @param from index of the sample's first output
   * @param units how many outputs it has
   */
  public static int predicted(float[] outputs, int from, int units) {
    if (units == 1) {
      return outputs[from] > 0 ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < units; k++) {
      if (outputs[from + k] > outputs[from + best]) {
        best = k;
      }
    }
    return best;
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
    task.requireClasses(name());
  }
}
