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
    return new long[2];
  }

  @Override
  public void add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    float[] numbers = outputs.toFloats();
    float[] classes = targets.toFloats();
    int units = outputs.shape().dim(1);
    for (int i = 0; i < rows; i++) {
      if (predicted(numbers, i * units, units) == (int) classes[i]) {
        state[1]++;
      }
    }
    state[0] += rows;
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
  public void merge(long[] state, long[] other) {
    state[0] += other[0];
    state[1] += other[1];
  }

  @Override
  public double result(long[] state) {
    return (double) state[1] / state[0];
  }

  @Override
  public boolean ascends() {
    return true;
  }
}
