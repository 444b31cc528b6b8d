package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;

/**
 * The mean negative logarithm of the right class's probability, in nats; outputs are logits. Worked
 * out in double from the logits, so nothing is cut off: scikit-learn's {@code log_loss} clips
 * probabilities. Unlike the loss of training it knows no weights and no smoothing.
 */
public record LogLoss() implements Metric {
  @Override
  public String name() {
    return "log-loss";
  }

  @Override
  public long[] zero() {
    return Mean.zero();
  }

  @Override
  public long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    Samples samples = Samples.ofClasses(name(), outputs, targets, rows);
    for (int i = 0; i < samples.count(); i++) {
      Softmax softmax = new Softmax(samples.outputs(), i * samples.units(), samples.units());
      Mean.add(state, softmax.loss(samples.target(i)));
    }
    return state;
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
    return false;
  }

  @Override
  public void check(Task task) {
    task.requireClasses(name());
  }
}
