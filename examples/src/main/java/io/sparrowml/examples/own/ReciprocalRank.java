package io.sparrowml.examples.own;

import io.sparrowml.metric.Mean;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.Samples;
import io.sparrowml.metric.Task;
import io.sparrowml.tensor.Tensor;

/**
 * The mean of {@code 1 / rank}, where the right class has rank 1 when its output is the largest, 2
 * when one is larger, and so on; of equal outputs the first counts as larger, and so does what is
 * not a number.
 *
 * <p>Its state is that of a {@link Mean}: how many samples there are, and an exact sum.
 */
public record ReciprocalRank() implements Metric {
  @Override
  public String name() {
    return "reciprocal-rank";
  }

  @Override
  public long[] zero() {
    return Mean.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count(); i++) {
      Mean.add(state, 1.0 / rank(samples, i));
    }
    return state;
  }

  private static int rank(Samples samples, int i) {
    int target = samples.target(i);
    if (samples.units() == 1) {
      return samples.predicted(i) == target ? 1 : 2;
    }
    float[] outputs = samples.outputs();
    int from = i * samples.units();
    float right = outputs[from + target];
    int rank = 1;
    for (int k = 0; k < samples.units(); k++) {
      float other = outputs[from + k];
      rank += k != target && (k < target ? !(other < right) : !(other <= right)) ? 1 : 0;
    }
    return rank;
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
    return true;
  }

  @Override
  public void check(Task task) {
    task.requireClasses(name());
  }
}
