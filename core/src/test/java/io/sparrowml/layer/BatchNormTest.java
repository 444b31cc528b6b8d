package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.op.BatchMoments;
import io.sparrowml.op.BatchStatistics;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ArenaExtension.class)
class BatchNormTest {
  private static final Layer NETWORK =
      new Sequential(
          List.of(new Dense(6), new BatchNorm(), new Tanh(), new Dense(4), new BatchNorm()));

  private static final int WIDTH = 5;

  private static Tensor normal(Arena arena, long seed, DType dtype, int... dims) {
    Tensor tensor = Tensor.allocate(arena, dtype, Shape.of(dims));
    double[] numbers = new double[tensor.size()];
    Arrays.setAll(numbers, RandomKey.of(seed)::normal);
    return tensor.set(numbers);
  }

  /** Parameters whose numbers follow from their names, and what layers observe. */
  private static final class Named implements Parameters.Source {
    final Map<String, Value> values = new LinkedHashMap<>();
    final Map<String, Value> observed = new LinkedHashMap<>();
    private final Engine engine;
    private final Arena arena;
    private final DType dtype;

    Named(Engine engine, Arena arena, DType dtype) {
      this.engine = engine;
      this.arena = arena;
      this.dtype = dtype;
    }

    @Override
    public Value get(Parameter parameter) {
      Tensor tensor = Tensor.allocate(arena, dtype, parameter.shape());
      double[] numbers = new double[tensor.size()];
      RandomKey key = RandomKey.of(5).with(parameter.path());
      Arrays.setAll(numbers, i -> 0.5 + key.uniform(i));
      return values.computeIfAbsent(parameter.path(), path -> engine.leaf(tensor.set(numbers)));
    }

    @Override
    public void observe(String path, Value batch) {
      observed.put(path, batch);
    }
  }

  /** A forward and backward pass as values to compute: by what they are called. */
  private static Map<String, Value> pass(
      Engine engine, Arena arena, Tensor x, Tensor weights, BatchStatistics statistics) {
    Named parameters = new Named(engine, arena, x.dtype());
    Value input = engine.leaf(x);
    Value y =
        NETWORK.apply(input, Parameters.training(parameters, RandomKey.of(1)).with(statistics));
    Map<String, Value> all = new LinkedHashMap<>(parameters.observed);
    all.put("output", y);
    List<String> names = new ArrayList<>(parameters.values.keySet());
    names.removeIf(name -> name.endsWith("/mean") || name.endsWith("/variance"));
    List<Value> wanted = new ArrayList<>(List.of(input));
    names.forEach(name -> wanted.add(Objects.requireNonNull(parameters.values.get(name))));
    List<Value> gradients = Gradients.of(y.multiply(engine.leaf(weights)), wanted);
    all.put("gradient of the input", gradients.get(0));
    for (int i = 0; i < names.size(); i++) {
      all.put("gradient of " + names.get(i), gradients.get(i + 1));
    }
    return all;
  }

  /** One worker of two, which meet in mid-step. */
  private static final class Meeting implements BatchStatistics {
    final List<String> calls = new ArrayList<>();
    private final boolean first;
    private final Exchanger<Tensor> exchanger;
    private final Arena arena;

    Meeting(boolean first, Exchanger<Tensor> exchanger, Arena arena) {
      this.first = first;
      this.exchanger = exchanger;
      this.arena = arena;
    }

    @Override
    public void forward(String layer, Tensor moments) {
      calls.add("forward " + layer);
      Tensor own = copy(moments);
      Tensor other = exchange(own);
      moments.copyFrom(first ? own : other);
      BatchMoments.merge(moments, first ? other : own);
    }

    @Override
    public void backward(String layer, Tensor sums) {
      calls.add("backward " + layer);
      double[] own = sums.toDoubles();
      double[] other = exchange(copy(sums)).toDoubles();
      double[] all = new double[own.length];
      Arrays.setAll(all, i -> own[i] + other[i]);
      sums.set(all);
    }

    private Tensor copy(Tensor tensor) {
      Tensor copy = Tensor.allocate(arena, tensor.dtype(), tensor.shape());
      copy.copyFrom(tensor);
      return copy;
    }

    private Tensor exchange(Tensor own) {
      try {
        return exchanger.exchange(own, 30, TimeUnit.SECONDS);
      } catch (InterruptedException | TimeoutException e) {
        throw new IllegalStateException("the other worker did not come", e);
      }
    }
  }

  /** A worker's part of the rows, as a program that it may run again. */
  private static Map<String, double[]> work(
      Meeting meeting, Kernels kernels, Tensor x, Tensor weights, int runs) {
    Graph graph = new Graph();
    Map<String, Value> values = pass(graph, meeting.arena, x, weights, meeting);
    Program program = graph.compile(kernels, meeting.arena, List.copyOf(values.values()));
    for (int run = 0; run < runs; run++) {
      program.run();
    }
    Map<String, double[]> numbers = new LinkedHashMap<>();
    values.forEach((name, value) -> numbers.put(name, program.tensor(value).toDoubles()));
    return numbers;
  }

  private static Kernels kernels(DType dtype) {
    return dtype == DType.FLOAT32 ? KernelProvider.open() : new PlainKernels();
  }

  /** Within 1e-12 in double precision and 1e-5 in single, of each number or of 1. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void workersThatMergeTheirStatisticsEqualOneOnTheJoinedBatch(DType dtype, Arena arena)
      throws Exception {
    Tensor x = normal(arena, 1, dtype, 8, WIDTH);
    Tensor weights = normal(arena, 2, dtype, 8, 4);
    Map<String, double[]> joined = new LinkedHashMap<>();
    try (Kernels kernels = kernels(dtype);
        Arena step = Arena.root("step", 1 << 24)) {
      Eager eager = Eager.recording(kernels, step);
      pass(eager, arena, x, weights, new BatchStatistics.Local())
          .forEach((name, value) -> joined.put(name, value.tensor().toDoubles()));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Exchanger<Tensor> exchanger = new Exchanger<>();
    try (Kernels one = kernels(dtype);
        Kernels two = kernels(dtype);
        Arena ofOne = Arena.root("one", 1 << 24);
        Arena ofTwo = Arena.root("two", 1 << 24)) {
      Meeting first = new Meeting(true, exchanger, ofOne);
      Meeting second = new Meeting(false, exchanger, ofTwo);
      Future<Map<String, double[]>> left =
          threads.submit(() -> work(first, one, x.rows(0, 5), weights.rows(0, 5), 3));
      Future<Map<String, double[]>> right =
          threads.submit(() -> work(second, two, x.rows(5, 3), weights.rows(5, 3), 3));

      assertEqualJoined(left.get(), right.get(), joined, dtype == DType.FLOAT64 ? 1e-12 : 1e-5);
      List<String> calls = List.of("forward 1", "forward 4", "backward 4", "backward 1");
      List<String> thrice = new ArrayList<>();
      IntStream.range(0, 3).forEach(run -> thrice.addAll(calls));
      assertThat(first.calls).isEqualTo(thrice);
      assertThat(second.calls).isEqualTo(thrice);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Rows stand one behind the other, gradients of parameters add up, statistics are shared. */
  private static void assertEqualJoined(
      Map<String, double[]> left,
      Map<String, double[]> right,
      Map<String, double[]> joined,
      double tolerance) {
    assertThat(joined.keySet()).contains("1/mean", "4/variance", "gradient of 0/kernel");
    joined.forEach(
        (name, expected) -> {
          double[] a = Objects.requireNonNull(left.get(name));
          double[] b = Objects.requireNonNull(right.get(name));
          double[] actual = a;
          if (name.equals("output") || name.equals("gradient of the input")) {
            actual = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, actual, a.length, b.length);
          } else if (name.startsWith("gradient")) {
            actual = new double[a.length];
            Arrays.setAll(actual, i -> a[i] + b[i]);
          } else {
            assertThat(b).as(name).containsExactly(a);
          }
          assertThat(actual).as(name).hasSameSizeAs(expected);
          for (int i = 0; i < expected.length; i++) {
            double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
            assertThat(actual[i]).as("%s at %d", name, i).isCloseTo(expected[i], within(allowed));
          }
        });
  }

  @Test
  void oneNumberAChannelBecomesTheShiftAndLeavesTheVariance(Arena arena) {
    try (Kernels kernels = KernelProvider.open();
        Arena step = Arena.root("step", 1 << 24)) {
      Eager eager = Eager.recording(kernels, step);
      Named parameters = new Named(eager, arena, DType.FLOAT32);
      Tensor numbers = normal(arena, 1, DType.FLOAT32, 1, 1, 7);
      Value x = eager.leaf(numbers);

      Value y = new BatchNorm().apply(x, Parameters.training(parameters, RandomKey.of(1)));

      assertThat(y.tensor().toFloats())
          .containsExactly(
              Objects.requireNonNull(parameters.values.get("shift")).tensor().toFloats());
      assertThat(Gradients.of(y.square(), List.of(x)).get(0).tensor().toFloats()).containsOnly(0);
      assertThat(Objects.requireNonNull(parameters.observed.get("mean")).tensor().toFloats())
          .containsExactly(numbers.toFloats());
      assertThat(Objects.requireNonNull(parameters.observed.get("variance")).tensor().toFloats())
          .containsExactly(
              Objects.requireNonNull(parameters.values.get("variance")).tensor().toFloats());
    }
  }

  @Test
  void anEmptyBatchLeavesTheRunningStatistics(Arena arena) {
    try (Kernels kernels = KernelProvider.open();
        Arena step = Arena.root("step", 1 << 24)) {
      Eager eager = Eager.recording(kernels, step);
      Named parameters = new Named(eager, arena, DType.FLOAT32);
      Value x = eager.leaf(Tensor.allocate(arena, DType.FLOAT32, Shape.of(0, 7)));

      Value y = new BatchNorm().apply(x, Parameters.training(parameters, RandomKey.of(1)));

      assertThat(y.shape()).isEqualTo(Shape.of(0, 7));
      for (String name : List.of("mean", "variance")) {
        assertThat(Objects.requireNonNull(parameters.observed.get(name)).tensor().toFloats())
            .containsExactly(
                Objects.requireNonNull(parameters.values.get(name)).tensor().toFloats());
      }
    }
  }

  @Test
  void inInferenceARowDependsOnItselfAlone(Arena arena) {
    try (Kernels kernels = KernelProvider.open();
        Arena step = Arena.root("step", 1 << 24)) {
      Eager eager = Eager.forgetting(kernels, step);
      Parameters parameters = Parameters.inference(new Named(eager, arena, DType.FLOAT32));
      Tensor x = normal(arena, 1, DType.FLOAT32, 20, 3, 17);
      Tensor other = normal(arena, 2, DType.FLOAT32, 20, 3, 17);
      other.rows(13, 1).copyFrom(x.rows(4, 1));

      Tensor expected = new BatchNorm().apply(eager.leaf(x), parameters).tensor();
      Tensor actual = new BatchNorm().apply(eager.leaf(other), parameters).tensor();

      assertThat(actual.rows(13, 1).toFloats()).containsExactly(expected.rows(4, 1).toFloats());
    }
  }

  @Test
  void theRunningStatisticsFollowTheBatches(Arena arena) {
    Network network =
        new Network(Shape.of(2), List.of(new BatchNorm(0.5, 1e-5, true, true), new Dense(1)));
    Weights weights =
        new Weights(
            Layout.of(network),
            Tensor.allocate(arena, DType.FLOAT32, Shape.of(Layout.of(network).size())));
    weights.layout().initialize(weights.flat(), 1);
    Tensor x = Tensor.allocate(arena, DType.FLOAT32, Shape.of(4, 2)).set(1, 5, 2, 5, 3, 5, 6, 7);
    Tensor targets = normal(arena, 2, DType.FLOAT32, 4);
    Tensor gradient = Tensor.allocate(arena, DType.FLOAT32, weights.flat().shape());
    List<Segment> statistics = new ArrayList<>();
    for (Layout.Entry entry : weights.layout().entries()) {
      if (entry.parameter().role() instanceof Parameter.Statistic role) {
        statistics.add(new Segment.Statistic(entry.offset(), entry.size(), role.momentum()));
      }
    }
    Updater updater =
        new Updater(new Sgd(1, 0, false), new Constant(1), null, new Segments(statistics));
    try (Kernels kernels = KernelProvider.open();
        Arena step = Arena.root("step", 1 << 24)) {
      TrainingStep training = new TrainingStep(network, new MeanSquaredError(), kernels, step);
      for (int update = 1; update <= 30; update++) {
        training.gradient(weights, x, targets, null, RandomKey.of(update), gradient);
        updater.update(weights.flat(), gradient, 4, Slots.none(), update);
      }
      assertThat(Objects.requireNonNull(weights.named().get("0/mean")).toFloats())
          .containsExactly(3, 5.5f);
      double[] variance = Objects.requireNonNull(weights.named().get("0/variance")).toDoubles();
      assertThat(variance[0]).isCloseTo(14 / 3.0, within(1e-6));
      assertThat(variance[1]).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new BatchNorm(1, 1e-5, true, true))
        .isInstanceOf(ConfigException.class)
        .hasMessage("momentum: expects a number in [0, 1), got 1.0");
    assertThatThrownBy(() -> new LayerNorm(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("epsilon: expects a number above 0, got 0.0");
    assertThatThrownBy(() -> new GroupNorm(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("groups: expects at least 1, got 0");
    assertThatThrownBy(() -> shaped(new BatchNorm(), Shape.of(7)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("batch-norm expects [n, ..., channels], got [7]");
    assertThatThrownBy(() -> shaped(new LayerNorm(), Shape.of(7)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("layer-norm expects [n, ..., features], got [7]");
    assertThatThrownBy(() -> shaped(new GroupNorm(4), Shape.of(2, 3, 6)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "group-norm expects [n, ..., channels] with channels that 4 groups divide, got"
                + " [2, 3, 6]");
  }

  private static void shaped(Layer layer, Shape input) {
    ShapesOnly engine = new ShapesOnly();
    layer.apply(
        engine.leaf(input), Parameters.inference(parameter -> engine.leaf(parameter.shape())));
  }
}
