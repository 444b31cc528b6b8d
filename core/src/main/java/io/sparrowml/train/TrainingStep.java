package io.sparrowml.train;

import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.Room;
import io.sparrowml.autograd.Timings;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.loss.Loss;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The forward and the backward pass over one micro-batch.
 *
 * <p>It is recorded at its first use and runs as a {@link io.sparrowml.autograd.Program} from then
 * on, as long as it comes with the same tensors: those are best used again. {@link Inference} runs
 * a model without training it.
 *
 * <p>Belongs to one thread. Its results live until its next use.
 */
public final class TrainingStep {
  private static final int RECORDINGS = 64;
  private static final RandomKey NO_NUMBERS = RandomKey.of(0);

  private final Network network;
  private final Loss loss;
  private final Kernels kernels;
  private final Arena arena;
  private final Room room;
  private final Map<Place, Recording> recordings =
      new LinkedHashMap<>(RECORDINGS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Recording> eldest) {
          return size() > RECORDINGS;
        }
      };

  private @Nullable Timings timings;

  /** What a recording is bound to: addresses, 0 where there is nothing, and the inputs' shape. */
  private record Place(
      long parameters, long inputs, Shape shape, long targets, long weights, long gradient) {
    Place(
        Weights weights,
        Tensor inputs,
        Tensor targets,
        @Nullable Tensor sampleWeights,
        Tensor gradient) {
      this(
          weights.flat().address(),
          inputs.address(),
          inputs.shape(),
          targets.address(),
          sampleWeights == null ? 0 : sampleWeights.address(),
          gradient.address());
    }
  }

  /** A computation of one place, where its results are, and the random numbers that it draws. */
  private record Recording(
      Program program,
      List<Tensor> results,
      StepRandom random,
      ParameterReads reads,
      GradientVector vector) {
    <E extends Exception> List<Tensor> run(
        RandomKey key, @Nullable Timings timings, Exchange<E> exchange) throws E {
      random.begin(key);
      int read = reads.run(program, timings, exchange);
      vector.fill(program, read, timings, exchange);
      return results;
    }
  }

  /**
   * What a pass gives.
   *
   * @param outputs of the last layer, {@code [n, ...outputs]}
   * @param losses of the samples, times their weights, {@code [n]}
   */
  public record Result(Tensor outputs, Tensor losses) {}

  /**
   * A step of a network.
   *
   * @param arena for what is computed on the way; used by this step alone
   */
  public TrainingStep(Network network, Loss loss, Kernels kernels, Arena arena) {
    this.network = network;
    this.loss = loss;
    this.kernels = kernels;
    this.arena = arena;
    this.room = new Room(arena);
  }

  /**
   * Takes memory at once for passes that need no more than this; otherwise it is taken as larger
   * ones come.
   *
   * @param bytes see {@link #bytes}
   */
  public void reserve(long bytes) {
    room.of(bytes);
  }

  /** From now on adds the time of each layer to these; what is recorded takes none. */
  public void time(Timings times) {
    timings = times;
  }

  /**
   * Computes the gradient of the sum of the samples' losses, each times the sample's weight.
   *
   * @param weights the parameters, read
   * @param inputs {@code [n, ...input]}
   * @param targets {@code [n, ...target]}
   * @param sampleWeights {@code [n]}: what the samples' losses are multiplied by; null for 1
   * @param key of this micro-batch's random numbers
   * @param gradient {@code [layout.size()]}, overwritten; in the place of a statistic it gets what
   *     the batch shows of it, times n
   */
  public Result gradient(
      Weights weights,
      Tensor inputs,
      Tensor targets,
      @Nullable Tensor sampleWeights,
      RandomKey key,
      Tensor gradient) {
    return gradient(
        weights, inputs, targets, sampleWeights, key, gradient, Exchange.<RuntimeException>none());
  }

  /**
   * As {@link #gradient(Weights, Tensor, Tensor, Tensor, RandomKey, Tensor)}, for a caller who has
   * the parameters of the first layers before those of the last, or goes on with the gradients of
   * the last before those of the first.
   *
   * @param exchange brings parameters and takes gradients
   */
  public <E extends Exception> Result gradient(
      Weights weights,
      Tensor inputs,
      Tensor targets,
      @Nullable Tensor sampleWeights,
      RandomKey key,
      Tensor gradient,
      Exchange<E> exchange)
      throws E {
    Place place = new Place(weights, inputs, targets, sampleWeights, gradient);
    Recording recording = recordings.get(place);
    if (recording == null) {
      recording = record(weights, inputs, targets, sampleWeights, gradient);
      recordings.put(place, recording);
    }
    List<Tensor> results = recording.run(key, timings, exchange);
    return new Result(results.get(Pass.OUTPUTS), results.get(Pass.LOSSES));
  }

  private Recording record(
      Weights weights,
      Tensor inputs,
      Tensor targets,
      @Nullable Tensor sampleWeights,
      Tensor gradient) {
    Graph graph = new Graph();
    StepRandom random = new StepRandom(NO_NUMBERS);
    List<Value> leaves = weights.leaves(graph);
    Pass pass = new Pass(network, loss, weights.layout(), leaves, graph.leaf(inputs));
    Value weighted = sampleWeights == null ? null : graph.leaf(sampleWeights);
    List<Value> values = pass.gradient(graph.leaf(targets), weighted, random);
    List<Value> sums = values.subList(Pass.SUMS, values.size());
    GradientVector vector = new GradientVector(weights.layout(), gradient);
    Program program = graph.compile(kernels, arena, room, values, vector.wanted(sums));
    vector.computedBy(program, sums);
    ParameterReads reads =
        new ParameterReads(program, weights.layout(), leaves, vector.firstComputed());
    return new Recording(program, tensors(program, values), random, reads, vector);
  }

  private static List<Tensor> tensors(Program program, List<Value> values) {
    return values.stream().map(program::tensor).toList();
  }

  /**
   * How many bytes a step takes for what it computes, forward and backward, beside the gradient
   * vector.
   *
   * @param target the shape of one sample's targets
   * @param samples the size of the micro-batch
   */
  public static long bytes(Network network, Loss loss, Shape target, int samples) {
    Graph graph = new Graph();
    Layout layout = Layout.of(network);
    List<Value> leaves = layout.entries().stream().map(e -> graph.leaf(e.shape())).toList();
    Value inputs = graph.leaf(network.input().prepend(samples));
    Value targets = graph.leaf(target.prepend(samples));
    Pass pass = new Pass(network, loss, layout, leaves, inputs);
    List<Value> values = pass.gradient(targets, null, new StepRandom(NO_NUMBERS));
    return Graph.bytes(values, values.subList(Pass.SUMS, values.size()));
  }
}
