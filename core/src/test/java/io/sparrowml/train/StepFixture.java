package io.sparrowml.train;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/** Five samples of {@code [3, 2] -> [4]} for a network, and what its gradient takes. */
final class StepFixture implements AutoCloseable {
  private final Network network;
  private final Arena arena = Arena.root("test", 1 << 24);
  private final Kernels kernels = KernelProvider.open();
  private final Layout layout;
  private final Weights weights;
  private final Tensor gradient;
  private final Tensor inputs = room(5, 3, 2);
  private final Tensor targets = room(5, 4);

  StepFixture(Network network) {
    this.network = network;
    this.layout = Layout.of(network);
    this.weights = new Weights(layout, room(layout.size()));
    this.gradient = room(layout.size());
  }

  private Tensor room(int... shape) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, Shape.of(shape));
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, RandomKey.of(shape.length)::normal);
    return tensor.set(numbers);
  }

  /** A step of the network, with memory of its own. */
  TrainingStep step(String name) {
    return new TrainingStep(network, new MeanSquaredError(), kernels, arena.child(name));
  }

  /** The gradient by a step, in {@link #gradient} too. */
  float[] run(TrainingStep step, Exchange<RuntimeException> exchange) {
    step.gradient(weights, inputs, targets, null, RandomKey.of(1), gradient, exchange);
    return gradient.toFloats();
  }

  Layout layout() {
    return layout;
  }

  /** The network's parameters, {@code [layout.size()]}. */
  Tensor parameters() {
    return weights.flat();
  }

  /** Where the gradient is computed. */
  Tensor gradient() {
    return gradient;
  }

  @Override
  public void close() {
    kernels.close();
    arena.closeAll();
  }
}
