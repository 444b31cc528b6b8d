package io.sparrowml.benchmarks;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Scaling;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.layer.Activation;
import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Conv2d;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Dropout;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.GlobalAveragePool;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Linear;
import io.sparrowml.layer.MaxPool2d;
import io.sparrowml.layer.Padding;
import io.sparrowml.layer.Relu;
import io.sparrowml.layer.Residual;
import io.sparrowml.layer.Sigmoid;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.regularizer.None;
import io.sparrowml.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** A network that is timed, over images of bytes; {@code torch_networks.py} has the same ones. */
public enum Subject {
  /** 784-512-256-10 with ReLU. */
  MLP(128, 25),
  /** 784-2048-2048-10 with ReLU, whose weights no cache holds. */
  WIDE_MLP(128, 3),
  /** The first with sigmoids, as Spark's own has them. */
  SIGMOID_MLP(128, 25),
  /** Two convolutions with batch normalization and pooling, and two dense layers. */
  CNN(64, 3),
  /** ResNet-20 (He et al., 2016), with projections where the shape changes. */
  RESNET20(64, 1);

  /** Classes of each of them. */
  static final int CLASSES = 10;

  private final int batch;
  private final int chunks;

  Subject(int batch, int chunks) {
    this.batch = batch;
    this.chunks = chunks;
  }

  /** The layers. */
  public Network network() {
    return switch (this) {
      case MLP -> new Network(Shape.of(784), dense(512, 256, new Relu()));
      case WIDE_MLP -> new Network(Shape.of(784), dense(2048, 2048, new Relu()));
      case SIGMOID_MLP -> new Network(Shape.of(784), dense(512, 256, new Sigmoid()));
      case CNN -> new Network(Shape.of(28, 28, 1), convolutional());
      case RESNET20 -> new Network(Shape.of(32, 32, 3), residual());
    };
  }

  /** Samples a worker and step. */
  public int batch() {
    return batch;
  }

  /** How many chunks of rows a worker has: an epoch of them takes about a second. */
  int chunks() {
    return chunks;
  }

  /** Bytes a row. */
  int width() {
    return Math.toIntExact(network().input().size());
  }

  /** The network for pixels of 0 to 255. */
  Model model() {
    Network network = network();
    int channels = network.input().rank() == 3 ? network.input().dim(2) : 1;
    return new Model(
        network,
        new Preprocessing(
            List.of(new Feature.Numeric("image", width(), channels)),
            List.of(
                new Scaling(
                    Collections.nCopies(channels, 0f), Collections.nCopies(channels, 1 / 255f)))),
        new SoftmaxCrossEntropy(),
        "label",
        IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList());
  }

  private static List<Layer> dense(int first, int second, Activation activation) {
    return List.of(
        new Dense(first, activation, new HeNormal()),
        new Dense(second, activation, new HeNormal()),
        new Dense(10));
  }

  private static List<Layer> convolutional() {
    return List.of(
        new Conv2d(32, 3, new Linear()),
        new BatchNorm(),
        new Relu(),
        new MaxPool2d(2),
        new Conv2d(64, 3, new Linear()),
        new BatchNorm(),
        new Relu(),
        new MaxPool2d(2),
        new Flatten(),
        new Dense(128, new Relu(), new HeNormal()),
        new Dropout(0.25),
        new Dense(10));
  }

  private static List<Layer> residual() {
    List<Layer> layers =
        new ArrayList<>(List.of(convolution(16, 3, 1), new BatchNorm(), new Relu()));
    for (int filters = 16; filters <= 64; filters *= 2) {
      for (int block = 0; block < 3; block++) {
        layers.add(block(filters, filters > 16 && block == 0 ? 2 : 1));
      }
    }
    layers.add(new GlobalAveragePool());
    layers.add(new Dense(10));
    return layers;
  }

  private static Layer block(int filters, int stride) {
    return new Residual(
        List.of(
            convolution(filters, 3, stride),
            new BatchNorm(),
            new Relu(),
            convolution(filters, 3, 1),
            new BatchNorm()),
        stride == 1 ? List.of() : List.of(convolution(filters, 1, stride), new BatchNorm()),
        new Relu());
  }

  private static Layer convolution(int filters, int size, int stride) {
    return new Conv2d(
        filters,
        List.of(size),
        List.of(stride),
        Padding.SAME,
        List.of(1),
        1,
        new Linear(),
        new XavierUniform(),
        new Zeros(),
        false,
        new None());
  }
}
