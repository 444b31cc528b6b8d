package io.sparrowml.benchmarks;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Scaling;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** The network that is timed: 784-512-256-10 with ReLU, over images of 28 x 28 bytes. */
public final class Mlp {
  /** Inputs a sample. */
  public static final int INPUTS = 784;

  /** Classes. */
  public static final int CLASSES = 10;

  /** Samples a worker and step. */
  public static final int BATCH = 128;

  /** The layers. */
  public static final Network NETWORK =
      new Network(
          Shape.of(INPUTS),
          List.of(
              new Dense(512, new Relu(), new HeNormal()),
              new Dense(256, new Relu(), new HeNormal()),
              new Dense(CLASSES)));

  private Mlp() {}

  /** The network for pixels of 0 to 255. */
  static Model model() {
    return new Model(
        NETWORK,
        new Preprocessing(
            List.of(new Feature.Numeric("image", INPUTS, 1)),
            List.of(new Scaling(List.of(0f), List.of(1 / 255f)))),
        new SoftmaxCrossEntropy(),
        "label",
        IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList());
  }
}
