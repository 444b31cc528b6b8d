package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.LeakyReluGradient;
import io.sparrowml.op.MaxPool2dGradient;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static final int DEPTH = 12;
  private static final Window WINDOW = new Window(3, 2, 1, 1, 1); // they overlap

  private final Kernels kernels = new PlainKernels();
  private final Arena data = Arena.root("data", 1 << 24);
  private final Arena arena = Arena.root("step", 1 << 24);
  private final List<Tensor> tensors = new ArrayList<>();

  @BeforeEach
  void draw() {
    for (int i = 0; i <= DEPTH; i++) {
      double[] numbers = new double[64];
      Arrays.setAll(numbers, RandomKey.of(i)::normal);
      tensors.add(Tensor.allocate(data, DType.FLOAT64, Shape.of(8, 8)).set(numbers));
    }
  }

  @AfterEach
  void close() {
    arena.close();
    data.close();
  }

  /** A deep network with residuals: values are used more than once, gradients are shared. */
  private static Value network(List<Value> leaves) {
    Value y = leaves.get(0);
    for (Value weights : leaves.subList(1, leaves.size())) {
      y = y.add(y.matmul(weights).tanh().multiply(y.sigmoid()));
    }
    return y;
  }

  private List<Value> leaves(Engine engine) {
    return tensors.stream().map(engine::leaf).toList();
  }

  @Test
  void theLastGradientsAreTheSameInLessMemory() {
    Eager eager = Eager.recording(kernels, arena);
    List<Value> leaves = leaves(eager);
    List<double[]> expected =
        Gradients.of(network(leaves), leaves).stream().map(g -> g.tensor().toDoubles()).toList();
    long whole = arena.used();

    eager.reset();
    List<Value> again = leaves(eager);
    Value y = network(again);
    long forward = arena.used();
    List<Value> gradients = Gradients.last(y, again, List.of(y));

    for (int i = 0; i < expected.size(); i++) {
      assertThat(gradients.get(i).tensor().toDoubles()).containsExactly(expected.get(i));
    }
    assertThat(arena.used() - forward).isLessThan((whole - forward) / 4);
    assertThat(y.tensor().size()).isEqualTo(64);
  }

  @Test
  void whatWasReleasedCannotBeAskedFor() {
    Eager eager = Eager.recording(kernels, arena);
    List<Value> leaves = leaves(eager);
    Value product = leaves.get(0).matmul(leaves.get(1));
    Gradients.last(product.tanh(), leaves.subList(0, 2), List.of());

    assertThatThrownBy(product::tensor)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "eager: numbers are there until they are released, got a question for those of matmul"
                + " FLOAT64 [8, 8]");
  }

  @Test
  void behindAReluTheMaximaAreAskedWhatItLetsThrough() {
    Graph graph = new Graph();
    Value x = graph.leaf(tensors.get(0).reshape(Shape.of(1, 8, 8, 1)));
    Value gradient = Gradients.of(x.relu().maxPool2d(WINDOW, WINDOW), List.of(x)).get(0);

    assertThat(gradient.op()).isEqualTo(new MaxPool2dGradient(WINDOW, WINDOW));
    Value through = gradient.inputs().get(1);
    assertThat(through.op()).isEqualTo(new LeakyReluGradient(0));
    assertThat(through.shape()).isEqualTo(Shape.of(1, 4, 4, 1));
  }

  @Test
  void whatPropagatesThroughMaximaAndAReluIsWhatDoesThroughOneAfterTheOther() {
    for (boolean twice : new boolean[] {false, true}) {
      Eager eager = Eager.recording(kernels, arena);
      Value x = eager.leaf(tensors.get(0).reshape(Shape.of(1, 8, 8, 1)));
      Value weights = eager.leaf(tensors.get(1).slice(0, 16).reshape(Shape.of(1, 4, 4, 1)));
      Value y = x.relu();
      Value sum = y.maxPool2d(WINDOW, WINDOW).multiply(weights).sum();
      Value gradient = Gradients.of(twice ? sum.add(y.square().sum()) : sum, List.of(x)).get(0);

      Op maxima = new MaxPool2dGradient(WINDOW, WINDOW);
      Value toRelu = eager.apply(maxima, List.of(y, weights));
      Value all = twice ? toRelu.add(y.scale(2)) : toRelu;
      Value expected = eager.apply(new LeakyReluGradient(0), List.of(y, all));
      assertThat(gradient.shift(0).tensor().toDoubles()) // so that no zero is negative
          .containsExactly(expected.shift(0).tensor().toDoubles());
    }
  }
}
