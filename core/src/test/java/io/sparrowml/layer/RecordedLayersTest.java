package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Descriptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training steps of layers and networks: recorded ones give the bits of the eager engine. */
class RecordedLayersTest {
  private final Kernels kernels = KernelProvider.open();
  private final Arena data = Arena.root("data", 1 << 26);
  private final Arena planned = Arena.root("planned", 1 << 26);
  private final Arena stepwise = Arena.root("eager", 1 << 26);

  @AfterEach
  void close() {
    kernels.close();
    stepwise.close();
    planned.close();
    data.close();
  }

  /** A network, and an input whose numbers are ids below a number, or normal where that is 0. */
  private record Network(Layer layer, Shape input, int ids) {
    static Named<Network> of(String name, int ids, Shape input, String json) {
      Layer layer = Descriptions.MAPPER.readJson(json.replace('\'', '"'), Layer.class);
      return Named.of(name, new Network(layer, input, ids));
    }
  }

  static Stream<Named<Network>> networks() {
    return Stream.of(
        Network.of(
            "convolutions, batch normalization and pooling",
            0,
            Shape.of(5, 9, 7, 3),
            """
            {'sequential': {'layers': [
              {'conv2d': {'filters': 7, 'size': 3, 'padding': 'same', 'use-bias': false}},
              'batch-norm', 'relu',
              {'max-pool2d': {'size': 2}},
              {'residual': {
                'layers': [{'conv2d': {'filters': 7, 'size': 3, 'padding': 'same'}}, 'batch-norm'],
                'activation': 'relu'}},
              {'separable-conv2d': {'filters': 6, 'size': 3, 'stride': 2, 'padding': 'same'}},
              {'group-norm': {'groups': 3}}, 'silu',
              {'conv2d-transpose': {'filters': 5, 'size': 3, 'stride': 2}}, 'prelu',
              {'spatial-dropout': {'rate': 0.3}},
              {'average-pool2d': {'size': 2, 'stride': 1}},
              'global-average-pool',
              {'dense': {'units': 10}}]}}
            """),
        Network.of(
            "recurrent layers over padded sequences",
            17,
            Shape.of(5, 7),
            """
            {'sequential': {'layers': [
              {'embedding': {'vocabulary': 17, 'units': 9, 'mask-zero': true}},
              {'lstm': {'units': 7, 'bidirectional': true, 'return-sequences': true}},
              {'dropout': {'rate': 0.2}},
              {'gru': {'units': 5, 'bidirectional': true}},
              {'dense': {'units': 10}}]}}
            """),
        Network.of(
            "blocks of a transformer over padded sequences",
            17,
            Shape.of(5, 7),
            """
            {'sequential': {'layers': [
              {'embedding': {'vocabulary': 17, 'units': 6, 'mask-zero': true}},
              'positional-encoding', 'position-embedding',
              {'transformer-block': {'heads': 2, 'units': 11, 'dropout': 0.2}},
              {'transformer-block': {
                'heads': 3, 'units': 5, 'causal': true, 'norm-first': false, 'dropout': 0.1}},
              'layer-norm', 'mean-over-time',
              {'dense': {'units': 10, 'activation': 'softmax'}}]}}
            """),
        Network.of(
            "convolutions over padded sequences, side by side",
            17,
            Shape.of(5, 7),
            """
            {'sequential': {'layers': [
              {'embedding': {'vocabulary': 17, 'units': 6, 'mask-zero': true}},
              {'parallel': {'branches': [
                [{'conv1d': {'filters': 5, 'size': 3, 'padding': 'same', 'stride': 2}},
                 {'max-pool1d': {'size': 2}}, 'global-max-pool'],
                [{'conv1d': {'filters': 4, 'size': 2}}, 'gelu', 'global-average-pool'],
                [{'average-pool1d': {'size': 3, 'stride': 2, 'padding': 'same'}}, 'last-step']]}},
              {'weight-noise': {'stddev': 0.1, 'layer': {'dense': {'units': 7}}}}, 'selu',
              {'alpha-dropout': {'rate': 0.1}},
              {'gaussian-noise': {'stddev': 0.1}},
              {'gaussian-dropout': {'rate': 0.1}},
              {'dense': {'units': 10}}]}}
            """));
  }

  /** The layers of the gradient checks. */
  static Stream<Named<Network>> layers() {
    return LayerGradientsTest.layers()
        .map(
            each -> {
              boolean ids = each.layer() instanceof Embedding;
              return Named.of(
                  each.toString(), new Network(each.layer(), each.input(), ids ? 4 : 0));
            });
  }

  /** A training step over tensors that stay where they are. */
  private final class Step {
    private final Network network;
    private final Tensor x;
    private final List<Tensor> parameters = new ArrayList<>();
    private final List<Integer> trained = new ArrayList<>();
    private final StepRandom random = new StepRandom(RandomKey.of(1));

    Step(Network network) {
      this.network = network;
      this.x = Tensor.allocate(data, DType.FLOAT32, network.input);
      ShapesOnly shapes = new ShapesOnly();
      Parameters.Source declared =
          parameter -> {
            Tensor tensor = Tensor.allocate(data, DType.FLOAT32, parameter.shape());
            parameter.initializer().fill(tensor, RandomKey.of(2).with(parameter.path()));
            if (parameter.isTrained()) {
              trained.add(parameters.size());
            }
            parameters.add(tensor);
            return shapes.leaf(parameter.shape());
          };
      network.layer.apply(shapes.leaf(network.input), Parameters.training(declared, random));
      begin(0);
    }

    void begin(long seed) {
      RandomKey key = RandomKey.of(seed);
      double[] numbers = new double[x.size()];
      Arrays.setAll(numbers, i -> network.ids > 0 ? key.below(i, network.ids) : key.normal(i));
      x.set(numbers);
      random.begin(key);
    }

    /** The output, what is observed, and the gradients. */
    List<Value> on(Engine engine) {
      List<Value> leaves = parameters.stream().map(engine::leaf).toList();
      Iterator<Value> next = leaves.iterator();
      List<Value> results = new ArrayList<>();
      Parameters.Source source =
          new Parameters.Source() {
            @Override
            public Value get(Parameter parameter) {
              return next.next();
            }

            @Override
            public void observe(String path, Value batch) {
              results.add(batch);
            }
          };
      Value input = engine.leaf(x);
      Value y = network.layer.apply(input, Parameters.training(source, random));
      results.add(y);
      List<Value> wanted = new ArrayList<>();
      trained.forEach(place -> wanted.add(leaves.get(place)));
      if (network.ids == 0) {
        wanted.add(input);
      }
      results.addAll(Gradients.of(y.multiply(y).sum(), wanted));
      return results;
    }
  }

  @Test
  void everyLayerIsRecorded() {
    assertThat(LayerGradientsTest.layers().map(each -> (Object) each.layer().getClass()))
        .containsAll(Layers.CATALOG.kinds().values());
  }

  @ParameterizedTest
  @MethodSource({"networks", "layers"})
  void aRunGivesTheBitsOfTheEagerEngine(Network network) {
    Step step = new Step(network);
    Graph graph = new Graph();
    List<Value> outputs = step.on(graph);
    Program program = graph.compile(kernels, planned, outputs);
    Eager eager = Eager.recording(kernels, stepwise);
    float[] before = {};
    for (long seed = 0; seed < 3; seed++) {
      step.begin(seed);
      eager.reset();
      List<Value> expected = step.on(eager);
      program.run();

      for (int i = 0; i < outputs.size(); i++) {
        assertThat(program.tensor(outputs.get(i)).toFloats())
            .as("output %d of step %d", i, seed)
            .containsExactly(expected.get(i).tensor().toFloats());
      }
      float[] last = program.tensor(outputs.get(outputs.size() - 1)).toFloats();
      assertThat(last).isNotEqualTo(before);
      before = last;
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSecondRunAllocatesNothingOnTheHeapOrOff(Network network) throws JMException {
    Graph graph = new Graph();
    Program program = graph.compile(kernels, planned, new Step(network).on(graph));
    run(program, 2000);
    long taken = planned.used();

    // The least of several rounds: the compiler at work allocates now and then, a run always would.
    double least = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 5; round++) {
      long few = allocatedBy(() -> run(program, 100));
      long many = allocatedBy(() -> run(program, 600));
      least = Math.min(least, (many - few) / 500.0);
    }

    assertThat(least).as("bytes a run").isLessThan(1);
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
}
