package io.sparrowml.examples;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Parameters;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.op.Value;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;

/**
 * A training loop written out, with core alone: no Spark, no cluster. Each operation is computed
 * where it stands, so the loop and the forward pass are plain Java and may branch as they like.
 */
public final class DefineByRun {
  private static final int BATCH = 64;
  private static final int EPOCHS = 5;
  private static final Network NETWORK =
      new Network(
          Shape.of(784), List.of(new Dense(128, new Relu(), new HeNormal()), new Dense(10)));

  private DefineByRun() {}

  /** Trains on drawn digits and prints how it goes. */
  public static void main(String[] args) {
    train(System.out);
  }

  /** Returns the share of right answers on digits that the training has not seen. */
  static double train(PrintStream out) {
    try (Kernels kernels = KernelProvider.open();
        Arena model = Arena.root("model", 64 << 20);
        Arena step = Arena.root("step", 64 << 20)) {
      Digits train = Digits.draw(model, 1, 6_400);
      Digits test = Digits.draw(model, 2, 1_000);
      Layout layout = Layout.of(NETWORK);
      Weights weights = new Weights(layout, vector(model, layout));
      layout.initialize(weights.flat(), 42);
      Updater adam = new Updater(new Adam(0.001));
      List<Slots> moments =
          layout.entries().stream()
              .map(each -> adam.slots(each.of(weights.flat()).size()))
              .toList();
      Eager engine = Eager.recording(kernels, step);
      double accuracy = 0;
      long update = 0;
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        double sum = 0;
        for (int from = 0; from < train.count(); from += BATCH) {
          update++;
          engine.reset();
          Digits batch = train.rows(from, BATCH);
          List<Value> leaves = weights.leaves(engine);
          Parameters parameters =
              Parameters.training(weights.source(leaves), RandomKey.of(42).with(update));
          Value outputs = NETWORK.apply(engine.leaf(batch.images()), parameters);
          Value losses = new SoftmaxCrossEntropy().of(outputs, engine.leaf(batch.labels()));
          List<Value> gradients = Gradients.of(losses, leaves);
          for (int i = 0; i < leaves.size(); i++) {
            Layout.Entry entry = layout.entries().get(i);
            Tensor gradient = gradients.get(i).tensor();
            adam.update(entry.of(weights.flat()), gradient, BATCH, moments.get(i), update);
          }
          sum += losses.sum().tensor().scalar();
        }
        accuracy = accuracy(weights, test, Eager.forgetting(kernels, step));
        out.printf("epoch %d: loss %.4f, accuracy %.4f%n", epoch, sum / train.count(), accuracy);
      }
      return accuracy;
    }
  }

  private static Tensor vector(Arena arena, Layout layout) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size()));
  }

  private static double accuracy(Weights weights, Digits digits, Eager engine) {
    engine.reset();
    Parameters parameters = Parameters.inference(weights.source(weights.leaves(engine)));
    float[] outputs = NETWORK.apply(engine.leaf(digits.images()), parameters).tensor().toFloats();
    float[] labels = digits.labels().toFloats();
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += Accuracy.predicted(outputs, i * 10, 10) == labels[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }
}
