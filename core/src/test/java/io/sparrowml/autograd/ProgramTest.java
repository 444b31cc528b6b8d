package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Dropout;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Parameters;
import io.sparrowml.layer.Relu;
import io.sparrowml.layer.Sequential;
import io.sparrowml.layer.Tanh;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static final Layer NETWORK =
      new Sequential(
          List.of(
              new Dense(33, new Relu(), new HeNormal()),
              new Dropout(0.3),
              new Dense(17, new Tanh(), new HeNormal()),
              new Dense(10)));

  private final Kernels kernels = KernelProvider.open();
  private final Arena data = Arena.root("data", 1 << 24);
  private final Arena planned = Arena.root("planned", 1 << 24);

  @AfterEach
  void close() {
    kernels.close();
    planned.close();
    data.close();
  }

  private Tensor normal(long seed, Shape shape) {
    Tensor tensor = Tensor.allocate(data, DType.FLOAT32, shape);
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, RandomKey.of(seed)::normal);
    return tensor.set(numbers);
  }

  /** A training step of a small network over tensors that stay where they are. */
  private final class Step {
    private final Tensor x = normal(1, Shape.of(21, 19));
    private final Tensor labels = Tensor.allocate(data, DType.FLOAT32, Shape.of(21));
    private final List<Tensor> weights = new ArrayList<>();
    private final StepRandom random = new StepRandom(RandomKey.of(1));

    Step() {
      double[] classes = new double[21];
      Arrays.setAll(classes, i -> i % 10);
      labels.set(classes);
      ShapesOnly shapes = new ShapesOnly();
      Parameters.Source declared =
          parameter -> {
            weights.add(normal(2 + weights.size(), parameter.shape()));
            return shapes.leaf(parameter.shape());
          };
      NETWORK.apply(shapes.leaf(x.shape()), Parameters.inference(declared));
    }

    /** The losses and the gradients. */
    List<Value> on(Engine engine) {
      List<Value> leaves = weights.stream().map(engine::leaf).toList();
      Iterator<Value> next = leaves.iterator();
      Value outputs =
          NETWORK.apply(engine.leaf(x), Parameters.training(parameter -> next.next(), random));
      Value losses = new SoftmaxCrossEntropy().of(outputs, engine.leaf(labels));
      List<Value> results = new ArrayList<>(List.of(losses));
      results.addAll(Gradients.of(losses, leaves));
      return results;
    }
  }

  @Test
  void aRunGivesTheBitsOfTheEagerEngine() {
    Step step = new Step();
    Graph graph = new Graph();
    List<Value> outputs = step.on(graph);
    Program program = graph.compile(kernels, planned, outputs);
    try (Arena arena = Arena.root("eager", 1 << 24)) {
      Eager eager = Eager.recording(kernels, arena);
      for (long seed = 0; seed < 3; seed++) {
        step.random.begin(RandomKey.of(seed));
        step.x.copyFrom(normal(100 + seed, step.x.shape()));
        eager.reset();
        List<Value> expected = step.on(eager);
        program.run();

        for (int i = 0; i < outputs.size(); i++) {
          assertThat(program.tensor(outputs.get(i)).toFloats())
              .as("output %d", i)
              .containsExactly(expected.get(i).tensor().toFloats());
        }
      }
    }
  }

  @Test
  void aSecondRunAllocatesNothingOnTheHeapOrOff() throws JMException {
    Graph graph = new Graph();
    Program program = graph.compile(kernels, planned, new Step().on(graph));
    run(program, 2000);
    long taken = planned.used();

    long few = allocatedBy(() -> run(program, 100));
    long many = allocatedBy(() -> run(program, 5100));

    assertThat((many - few) / 5000.0).as("bytes a run").isLessThan(1);
    assertThat(planned.used()).isEqualTo(taken);
  }

  private static void run(Program program, int times) {
    for (int i = 0; i < times; i++) {
      program.run();
    }
  }

  private static long allocatedBy(Runnable work) throws JMException {
    long before = allocated();
    work.run();
    return allocated() - before;
  }

  private static long allocated() throws JMException {
    return (long)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("java.lang:type=Threading"),
                "getThreadAllocatedBytes",
                new Object[] {Thread.currentThread().getId()},
                new String[] {"long"});
  }

  @Test
  void elementWiseOperationsAreStepsOfTheKernelBeforeThem() {
    Graph graph = new Graph();
    Value x = graph.leaf(normal(1, Shape.of(4, 6)));
    Value weights = graph.leaf(normal(2, Shape.of(6, 5)));
    Value bias = graph.leaf(normal(3, Shape.of(5)));
    Value residual = graph.leaf(normal(4, Shape.of(4, 5)));

    Value y = x.matmul(weights).add(bias).relu().multiply(residual).tanh();

    assertThat(graph.compile(kernels, planned, List.of(y)).kernels()).isEqualTo(1);
  }

  @Test
  void aValueThatIsUsedTwiceIsKept() {
    Graph graph = new Graph();
    Value x = graph.leaf(normal(1, Shape.of(4, 6)));
    Value shifted = x.shift(1);
    Value y = shifted.square().add(shifted);
    Program program = graph.compile(kernels, planned, List.of(y));
    program.run();

    float[] expected = normal(1, Shape.of(4, 6)).toFloats();
    for (int i = 0; i < expected.length; i++) {
      float at = expected[i] + 1;
      expected[i] = at * at + at;
    }
    assertThat(program.tensor(y).toFloats()).containsExactly(expected);
    assertThat(program.kernels()).isEqualTo(2);
  }

  @Test
  void whatNoOutputNeedsIsNotComputed() {
    Graph graph = new Graph();
    Value x = graph.leaf(normal(1, Shape.of(4, 6)));
    Value y = x.exp();
    x.log().sum();

    assertThat(graph.compile(kernels, planned, List.of(y)).kernels()).isEqualTo(1);
  }

  @Test
  void memoryIsUsedAgainWhenItsNumbersAreDone() {
    Graph graph = new Graph();
    Value y = graph.leaf(normal(1, Shape.of(1000, 16)));
    for (int i = 0; i < 10; i++) {
      y = y.softmax();
    }

    assertThat(graph.compile(kernels, planned, List.of(y)).bytes()).isEqualTo(2 * 64_000);
  }

  @Test
  void whatAProgramForInferenceTakesIsForeseen() {
    Graph graph = new Graph();
    Value x = graph.leaf(normal(1, Shape.of(32, 40)));
    List<Value> held =
        List.of(graph.leaf(normal(2, Shape.of(40, 10))), graph.leaf(normal(3, Shape.of(10))));
    List<Value> y = List.of(x.matmul(held.get(0)).multiply(held.get(1)).softmax());

    long foreseen = Graph.inferenceBytes(y, held);
    graph.compile(kernels, planned, new Room(planned), y, held);

    long packed = 48 * 64 * 4L;
    assertThat(planned.used()).isEqualTo(foreseen - packed);
  }

  @Test
  void whatIsHeldStillCountsAsItWasAtTheLastPreparation() {
    Graph graph = new Graph();
    Tensor factors = normal(2, Shape.of(5));
    Tensor input = normal(1, Shape.of(4, 5));
    Value held = graph.leaf(factors);
    Value y = graph.leaf(input).multiply(held.exp());
    Program program = graph.compile(kernels, planned, new Room(planned), List.of(y), List.of(held));

    assertThat(program.kernels()).isEqualTo(1);
    for (ThrowingCallable run :
        List.<ThrowingCallable>of(program::run, () -> program.run(0, 1, new Timings()))) {
      assertThatThrownBy(run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "program expects a preparation before its first run, got none; call prepare()");
    }
    factors.clear();
    program.prepare();
    program.run();
    assertThat(program.tensor(y).toFloats()).containsExactly(input.toFloats());
    factors.copyFrom(normal(3, Shape.of(5)));
    input.copyFrom(normal(4, Shape.of(4, 5)));
    program.run();
    assertThat(program.tensor(y).toFloats()).containsExactly(input.toFloats());
    program.prepare();
    program.run();
    assertThat(program.tensor(y).toFloats()).doesNotContain(input.toFloats());
  }

  @Test
  void otherProgramsInTheRoomLeaveThePreparationAsItIs() {
    Graph graph = new Graph();
    Room room = new Room(planned);
    Value held = graph.leaf(normal(2, Shape.of(5)));
    Value x = graph.leaf(normal(1, Shape.of(4, 5)));
    Value y = x.multiply(held.exp().softmax());
    Program program = graph.compile(kernels, planned, room, List.of(y), List.of(held));
    program.prepare();
    program.run();
    float[] expected = program.tensor(y).toFloats();

    graph.compile(kernels, planned, room, List.of(x.softmax())).run();
    program.run();

    assertThat(program.tensor(y).toFloats()).containsExactly(expected);
  }

  @Test
  void controlFlowThatDependsOnNumbersIsRefused() {
    Graph graph = new Graph();
    Value loss = graph.leaf(normal(1, Shape.of(3))).sum();

    assertThatThrownBy(() -> loss.tensor().scalar())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "graph: numbers are there when the program has run, got a question for those of sum to"
                + " FLOAT32 [] while it is recorded; what depends on numbers needs the eager"
                + " engine");
  }

  @Test
  void onlyOutputsCanBeAskedFor() {
    Graph graph = new Graph();
    Value x = graph.leaf(normal(1, Shape.of(3)));
    Value y = x.exp().square();
    Program program = graph.compile(kernels, planned, List.of(y));

    assertThatThrownBy(() -> program.tensor(x.exp()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("program expects one of its 1 outputs, got exp FLOAT32 [3]");
  }
}
