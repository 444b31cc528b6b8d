package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

/** What inference makes of factors and terms gives the numbers of the eager engine. */
class FoldingTest {
  private static final int CHANNELS = 6;

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

  private Tensor normal(long seed, int... dims) {
    Tensor tensor = Tensor.allocate(data, DType.FLOAT32, Shape.of(dims));
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, RandomKey.of(seed)::normal);
    return tensor.set(numbers);
  }

  /** Inputs, and what is held still, of which an expression is made. */
  private record Leaves(Value rows, Value images, List<Value> held) {
    Value product() {
      return rows.matmul(held.get(0));
    }

    Value convolution(int groups) {
      Convolution how = new Convolution(Window.valid(2, 1, 1), Window.same(4, 3, 1, 1), groups);
      return images.conv2d(held.get(groups), how);
    }

    /** One number for each channel. */
    Value channels(int which) {
      return held.get(3 + which % 3);
    }

    /** A single number. */
    Value single() {
      return held.get(6);
    }
  }

  private Leaves leaves(Engine engine) {
    List<Tensor> held =
        List.of(
            normal(3, 7, CHANNELS),
            normal(4, 2, 3, 2, CHANNELS),
            normal(5, 2, 3, 1, CHANNELS),
            normal(6, CHANNELS),
            normal(7, CHANNELS),
            normal(8, CHANNELS),
            normal(9, 1));
    return new Leaves(
        engine.leaf(normal(1, 6, 7)),
        engine.leaf(normal(2, 3, 3, 4, 2)),
        held.stream().map(engine::leaf).toList());
  }

  /** Compares with the eager engine, and gives how many kernels a run is. */
  private int kernels(Function<Leaves, List<Value>> expression) {
    Eager eager = Eager.recording(kernels, step);
    List<Value> expected = expression.apply(leaves(eager));
    Graph graph = new Graph();
    Leaves leaves = leaves(graph);
    List<Value> recorded = expression.apply(leaves);
    Program program = graph.compile(kernels, planned, new Room(planned), recorded, leaves.held);
    program.prepare();
    program.run();
    program.run();
    double scale = largest(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(program.tensor(recorded.get(i)).toDoubles())
          .as("output %d", i)
          .containsExactly(expected.get(i).tensor().toDoubles(), within(1e-5 * scale));
    }
    return program.kernels();
  }

  /** The largest number on the way: what is rounded may cancel later. */
  private static double largest(List<Value> outputs) {
    return Schedule.needed(outputs).stream()
        .flatMapToDouble(value -> Arrays.stream(value.tensor().toDoubles()))
        .map(Math::abs)
        .max()
        .orElseThrow();
  }

  @Example
  void aFactorAndATermBehindAConvolutionLeaveItsBias() {
    assertThat(
            kernels(
                on ->
                    List.of(
                        on.convolution(1)
                            .add(on.channels(0))
                            .multiply(on.channels(1))
                            .add(on.channels(2))
                            .relu())))
        .isEqualTo(1);
  }

  @Example
  void theyGoIntoTheKernelAndOneTerm() {
    Graph graph = new Graph();
    Leaves on = leaves(graph);
    Value y = on.product().subtract(on.channels(0)).multiply(on.channels(1)).add(on.channels(2));

    Folding folding = new Folding(List.of(y), new HashSet<>(on.held));
    Value folded = folding.outputs().get(0);

    // (x K - a) s + b = x (K s) + (b - a s)
    assertThat(folded.toString()).isEqualTo("subtract FLOAT32 [6, 6]");
    Value product = folded.inputs().get(0);
    assertThat(product.toString()).isEqualTo("matmul FLOAT32 [6, 6]");
    assertThat(product.inputs().get(0)).isSameAs(on.rows);
    assertThat(product.inputs().get(1).toString()).isEqualTo("multiply FLOAT32 [7, 6]");
  }

  @Example
  void whatIsUsedTwiceStaysAsItIs() {
    Graph graph = new Graph();
    Leaves on = leaves(graph);
    Value sum = on.product();
    Value y = sum.multiply(on.channels(0)).add(sum);

    assertThat(new Folding(List.of(y), new HashSet<>(on.held)).outputs()).containsExactly(y);
    assertThat(
            kernels(
                l -> {
                  Value shared = l.product();
                  return List.of(shared.multiply(l.channels(0)).add(shared));
                }))
        .isEqualTo(2);
  }

  @Example
  void anOutputStaysAsItIs() {
    assertThat(
            kernels(
                on -> {
                  Value sum = on.convolution(1);
                  return List.of(sum.multiply(on.channels(0)), sum, on.channels(0).exp());
                }))
        .isEqualTo(2);
  }

  @Example
  void whatIsNotHeldStillIsNotFolded() {
    Graph graph = new Graph();
    Leaves on = leaves(graph);
    Value y = on.product().multiply(on.channels(0));

    assertThat(new Folding(List.of(y), Set.of(on.held.get(0))).outputs()).containsExactly(y);
    assertThat(new Folding(List.of(y), Set.of(on.channels(0))).outputs()).containsExactly(y);
  }

  @Property(tries = 300, seed = "1")
  void whateverIsFoldedGivesTheSameNumbers(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int operations) {
    kernels(on -> draw(RandomKey.of(seed), operations, on));
  }

  /** An expression of operations drawn by a key; any of its values may be used again. */
  private static List<Value> draw(RandomKey key, int operations, Leaves on) {
    List<Value> all = new ArrayList<>();
    all.add(key.below(99, 2) == 0 ? on.product() : on.convolution(1 + key.below(98, 2)));
    for (int i = 0; i < operations; i++) {
      Value last = all.get(all.size() - 1);
      Value channels = on.channels(key.below(100 + i, 3));
      Shape flat = Shape.of(Math.toIntExact(last.shape().size() / CHANNELS), CHANNELS);
      all.add(
          switch (key.below(i, 12)) {
            case 0 -> last.add(channels);
            case 1 -> channels.add(last);
            case 2 -> last.subtract(channels);
            case 3 -> channels.subtract(last);
            case 4 -> last.multiply(channels);
            case 5 -> channels.multiply(last.subtract(channels.square()));
            case 6 -> last.multiply(on.single());
            case 7 -> last.add(on.single().tanh());
            case 8 -> last.reshape(flat);
            case 9 -> last.relu();
            case 10 -> last.tanh().reshape(flat.prepend(1));
            default -> last.add(last.multiply(channels));
          });
    }
    int also = key.below(97, 2 * all.size());
    Value y = all.get(all.size() - 1);
    return also < all.size() ? List.of(y, all.get(also)) : List.of(y);
  }
}
