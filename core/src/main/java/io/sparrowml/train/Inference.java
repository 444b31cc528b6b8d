package io.sparrowml.train;

import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.Room;
import io.sparrowml.data.Batches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a model over raw rows, for validation, evaluation and scoring alike.
 *
 * <p>Rows are taken in batches of one size, the last one padded, so that what comes out for a row
 * does not depend on which rows it came with, nor on how many: for batches of other sizes, a single
 * row above all, kernels add up in another order.
 *
 * <p>Each pass is recorded at its first use and runs as a {@link Program} from then on. What
 * depends on the weights alone is computed when they are given, by {@link #use}. Belongs to one
 * thread.
 */
public final class Inference {
  /**
   * The fewest rows of a batch: enough for products to be at full speed, and few enough for what is
   * computed of images to stay in the processor's caches, and for a few rows to come at little
   * cost.
   */
  static final int FEWEST = 32;

  /** The most rows of a batch. */
  static final int MOST = 256;

  private final Model model;
  private final Kernels kernels;
  private final Arena arena;
  private final Room room;
  private final int batch;
  private final Batches batches;
  private final Tensor inputs;
  private final Tensor targets;
  private final @Nullable Tensor sampleWeights;
  private final LabelUnit unit;
  private final int[] index;
  private final Weights weights;
  private final Map<Purpose, Recording> recordings = new EnumMap<>(Purpose.class);
  private final Set<Purpose> prepared = EnumSet.noneOf(Purpose.class);
  private boolean given;

  private enum Purpose {
    LOSSES,
    PREDICTIONS
  }

  /** A pass, and where its results are. */
  private record Recording(Program program, List<Tensor> results) {}

  /** Is given what the model predicts. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Some rows' predictions.
     *
     * @param predictions {@code [batch, ...outputs]}: probabilities, or the numbers predicted, in
     *     the unit of the label
     * @param outputs of the last layer, of the same shape
     * @param count how many of them are rows; the rest is padding
     */
    void accept(Tensor predictions, Tensor outputs, int count);
  }

  /**
   * Inference with a model.
   *
   * @param format of the rows to come
   * @param arena a child is made in it for batches, another for weights and what is computed
   */
  public Inference(Model model, RowFormat format, Kernels kernels, Arena arena) {
    this.model = model;
    this.kernels = kernels;
    this.arena = arena.child("inference");
    this.room = new Room(this.arena);
    Layout layout = Layout.of(model.network());
    this.weights =
        new Weights(layout, Tensor.allocate(this.arena, DType.FLOAT32, Shape.of(layout.size())));
    this.batch = batch(model.network(), layout);
    this.index = new int[batch];
    this.batches = new Batches(model.preprocessing(), format);
    Arena ofBatch = arena.child("inference-batch");
    Shape shape = model.network().input().prepend(batch);
    this.inputs = Tensor.allocate(ofBatch, DType.FLOAT32, shape);
    this.targets = Tensor.allocate(ofBatch, DType.FLOAT32, model.target().prepend(batch));
    this.sampleWeights =
        format.weighted() ? Tensor.allocate(ofBatch, DType.FLOAT32, Shape.of(batch)) : null;
    this.unit = new LabelUnit(model, batch, ofBatch);
  }

  /**
   * The rows of a batch. All weights are read once a batch, so it has more rows where what is
   * computed of them is smaller than the weights; a power of two.
   */
  static int batch(Network network, Layout layout) {
    long ofRow = network.input().size();
    for (Shape output : network.outputs()) {
      ofRow += output.size();
    }
    int batch = FEWEST;
    while (batch < MOST && 2L * batch * ofRow <= layout.size()) {
      batch *= 2;
    }
    return batch;
  }

  /**
   * Takes a copy of weights for all that follows, until it is given others.
   *
   * @param of the model's network
   */
  public Inference use(Weights of) {
    weights.flat().copyFrom(of.flat());
    given = true;
    prepared.clear();
    return this;
  }

  /**
   * Adds rows to the states of metrics. The loss is of scaled labels and times the rows' weights;
   * all else is measured in the unit of the label, and each row counts once.
   *
   * @param states one a metric; replaced by those with the rows
   */
  public void evaluate(Rows rows, List<Metric> metrics, long[][] states) {
    for (int from = 0; from < rows.count(); from += batch) {
      int count = fill(rows, from);
      batches.targets(rows, index, 0, batch, targets);
      if (sampleWeights != null) {
        batches.weights(rows, index, 0, batch, sampleWeights);
      }
      List<Tensor> results = run(Purpose.LOSSES);
      Tensor outputs = unit.outputs(results.get(Pass.OUTPUTS));
      Tensor wanted = unit.targets(targets);
      for (int i = 0; i < states.length; i++) {
        Tensor losses = results.get(Pass.LOSSES);
        states[i] = metrics.get(i).add(states[i], outputs, wanted, losses, count);
      }
    }
  }

  /** Predicts rows, in their order. */
  public void predict(Rows rows, Visitor visitor) {
    for (int from = 0; from < rows.count(); from += batch) {
      int count = fill(rows, from);
      List<Tensor> results = run(Purpose.PREDICTIONS);
      visitor.accept(unit.outputs(results.get(Pass.PREDICTIONS)), results.get(Pass.OUTPUTS), count);
    }
  }

  /** Runs what is recorded over the batch, or records it before. */
  private List<Tensor> run(Purpose purpose) {
    if (!given) {
      throw new IllegalStateException("inference expects weights, got none; call use(weights)");
    }
    Recording recording = recordings.computeIfAbsent(purpose, this::recording);
    if (prepared.add(purpose)) {
      recording.program.prepare();
    }
    recording.program.run();
    return recording.results;
  }

  private Recording recording(Purpose purpose) {
    Graph graph = new Graph();
    List<Value> leaves = weights.leaves(graph);
    Pass pass =
        new Pass(model.network(), model.loss(), weights.layout(), leaves, graph.leaf(inputs));
    List<Value> values =
        purpose == Purpose.PREDICTIONS
            ? pass.predictions()
            : pass.losses(
                graph.leaf(targets), sampleWeights == null ? null : graph.leaf(sampleWeights));
    Program program = graph.compile(kernels, arena, room, values, leaves);
    return new Recording(program, values.stream().map(program::tensor).toList());
  }

  /**
   * How many bytes the evaluation of a model takes: a copy of the weights and what is made of it, a
   * batch, and what is computed of that.
   *
   * @param format of the rows to come
   */
  public static long bytes(Model model, RowFormat format) {
    Network network = model.network();
    Layout layout = Layout.of(network);
    int batch = batch(network, layout);
    Graph graph = new Graph();
    List<Value> leaves = layout.entries().stream().map(e -> graph.leaf(e.shape())).toList();
    Value inputs = graph.leaf(network.input().prepend(batch));
    Value targets = graph.leaf(model.target().prepend(batch));
    Value sampleWeights = format.weighted() ? graph.leaf(Shape.of(batch)) : null;
    Pass pass = new Pass(network, model.loss(), layout, leaves, inputs);
    List<Value> values = pass.losses(targets, sampleWeights);
    long numbers = inputs.shape().size() + targets.shape().size() + (format.weighted() ? batch : 0);
    return (layout.size() + numbers) * Float.BYTES
        + LabelUnit.bytes(model, batch)
        + Graph.inferenceBytes(values, leaves);
  }

  private int fill(Rows rows, int from) {
    int count = Math.min(batch, rows.count() - from);
    for (int i = 0; i < batch; i++) {
      index[i] = from + Math.min(i, count - 1);
    }
    batches.inputs(rows, index, 0, batch, inputs);
    return count;
  }
}
