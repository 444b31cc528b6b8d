package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

/** Whatever is recorded, programs and the eager engine agree to the last bit. */
class RandomProgramsTest {
  private final Kernels kernels = KernelProvider.open();
  private final Arena data = Arena.root("data", 1 << 26);
  private final Arena step = Arena.root("step", 1 << 26);
  private final Arena planned = Arena.root("planned", 1 << 26);

  @AfterTry
  void reset() {
    data.reset();
    step.reset();
    planned.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    planned.close();
    step.close();
    data.close();
  }

  private Tensor normal(RandomKey key, Shape shape) {
    Tensor tensor = Tensor.allocate(data, DType.FLOAT32, shape);
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, key::normal);
    if (numbers.length > 3) {
      numbers[key.below(1_000_003, numbers.length)] = Double.NaN;
    }
    return tensor.set(numbers);
  }

  /** An expression of operations drawn by a key; any of its values may be used again. */
  private static Value draw(RandomKey key, int operations, List<Value> leaves) {
    Value x = leaves.get(0);
    Value y = x.matmul(leaves.get(1));
    List<Value> all = new ArrayList<>(List.of(y));
    for (int i = 0; i < operations; i++) {
      Value last = all.get(all.size() - 1);
      Value other = key.below(100 + i, 4) == 0 ? all.get(key.below(200 + i, all.size())) : last;
      all.add(
          switch (key.below(i, 14)) {
            case 0 -> last.add(leaves.get(2));
            case 1 -> last.multiply(leaves.get(3));
            case 2 -> last.subtract(other.tanh());
            case 3 -> last.relu();
            case 4 -> last.leakyRelu(0.1);
            case 5 -> last.sigmoid();
            case 6 -> last.scale(0.5);
            case 7 -> last.shift(-0.25);
            case 8 -> leaves.get(2).subtract(last);
            case 9 -> last.divide(other.exp().shift(1));
            case 10 -> last.add(leaves.get(4));
            case 11 -> last.softmax();
            case 12 -> last.multiply(other);
            default -> last.reshape(last.shape().prepend(1)).reshape(last.shape()).square();
          });
    }
    return all.get(all.size() - 1);
  }

  private List<Value> results(Engine engine, RandomKey key, int operations, List<Tensor> tensors) {
    List<Value> leaves = tensors.stream().map(engine::leaf).toList();
    Value y = draw(key, operations, leaves);
    List<Value> results = new ArrayList<>(List.of(y));
    results.addAll(Gradients.of(y, leaves));
    return results;
  }

  @Property(tries = 100, seed = "1")
  void programsGiveTheBitsOfTheEagerEngine(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int operations,
      @ForAll @IntRange(min = 1, max = 9) int n,
      @ForAll @IntRange(min = 1, max = 33) int m) {
    RandomKey key = RandomKey.of(seed);
    List<Tensor> tensors =
        List.of(
            normal(key.with(1), Shape.of(n, 5)),
            normal(key.with(2), Shape.of(5, m)),
            normal(key.with(3), Shape.of(m)),
            normal(key.with(4), Shape.of(n, m)),
            normal(key.with(5), Shape.of(n, 1)));
    Eager eager = Eager.recording(kernels, step);
    List<Value> expected = results(eager, key, operations, tensors);
    Graph graph = new Graph();
    List<Value> recorded = results(graph, key, operations, tensors);
    Program program = graph.compile(kernels, planned, recorded);
    program.run();
    program.run();

    for (int i = 0; i < expected.size(); i++) {
      assertThat(program.tensor(recorded.get(i)).toFloats())
          .as("result %d", i)
          .containsExactly(expected.get(i).tensor().toFloats());
    }
  }
}
