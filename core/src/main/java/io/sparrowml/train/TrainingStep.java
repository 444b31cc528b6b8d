package io.sparrowml.train;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.layer.Parameters;
import io.sparrowml.loss.Loss;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The forward and the backward pass over one micro-batch.
 *
 * <p>Belongs to one thread. Its results live until its next use.
 */
public final class TrainingStep {
  private final Network network;
  private final Loss loss;
  private final Eager recording;
  private final Eager forgetting;

  /**
   * What a pass gives.
   *
   * @param outputs of the last layer, {@code [n, ...outputs]}
   * @param losses of the samples, times their weights, {@code [n]}
   */
  public record Result(Tensor outputs, Tensor losses) {}

  /**
   * What inference gives.
   *
   * @param outputs of the last layer, {@code [n, ...outputs]}
   * @param predictions probabilities, or the numbers predicted, {@code [n, ...outputs]}
   */
  public record Prediction(Tensor outputs, Tensor predictions) {}

  /**
   * A step of a network.
   *
   * @param arena for what is computed on the way; used by this step alone
   */
  public TrainingStep(Network network, Loss loss, Kernels kernels, Arena arena) {
    this.network = network;
    this.loss = loss;
    this.recording = Eager.recording(kernels, arena);
    this.forgetting = Eager.forgetting(kernels, arena);
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
    recording.reset();
    List<Value> leaves = weights.leaves(recording);
    Map<String, Value> observed = new HashMap<>();
    Parameters parameters = Parameters.training(weights.source(leaves, observed), key);
    Value outputs = network.apply(recording.leaf(inputs), parameters);
    Value losses = losses(recording, outputs, targets, sampleWeights);
    List<Value> kept = new ArrayList<>(observed.values());
    kept.add(outputs);
    kept.add(losses);
    List<Layout.Entry> entries = weights.layout().entries();
    List<Value> trained = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).parameter().isTrained()) {
        trained.add(leaves.get(i));
      }
    }
    Iterator<Value> gradients = Gradients.last(losses, trained, kept).iterator();
    int end = 0;
    for (int i = 0; i < entries.size(); i++) {
      Layout.Entry entry = entries.get(i);
      Value sum =
          entry.parameter().isTrained()
              ? gradients.next()
              : observed.getOrDefault(entry.name(), leaves.get(i)).scale(inputs.shape().dim(0));
      gradient.slice(end, entry.offset() - end).clear();
      entry.of(gradient).copyFrom(sum.tensor());
      end = entry.offset() + entry.size();
    }
    gradient.slice(end, gradient.size() - end).clear();
    return new Result(outputs.tensor(), losses.tensor());
  }

  /**
   * How many bytes the results of all operations of a step take, forward and backward.
   *
   * @param target the shape of one sample's targets
   * @param samples the size of the micro-batch
   */
  public static long bytes(Network network, Loss loss, Shape target, int samples) {
    ShapesOnly engine = new ShapesOnly();
    List<Value> leaves = new ArrayList<>();
    Parameters parameters =
        Parameters.training(
            parameter -> {
              leaves.add(engine.leaf(parameter.shape()));
              return leaves.get(leaves.size() - 1);
            },
            RandomKey.of(0));
    Value outputs = network.apply(engine.leaf(network.input().prepend(samples)), parameters);
    Value losses = loss.of(outputs, engine.leaf(target.prepend(samples)));
    Gradients.last(losses, leaves, List.of(outputs, losses));
    return engine.resultBytes();
  }

  /**
   * Runs the network without training: the outputs, and the losses against the targets.
   *
   * @param sampleWeights {@code [n]}: what the samples' losses are multiplied by; null for 1
   */
  public Result evaluate(
      Weights weights, Tensor inputs, Tensor targets, @Nullable Tensor sampleWeights) {
    Value outputs = infer(weights, inputs);
    Value losses = losses(forgetting, outputs, targets, sampleWeights);
    return new Result(outputs.tensor(), losses.tensor());
  }

  /** Runs the network without training: the outputs, and what they predict. */
  public Prediction predict(Weights weights, Tensor inputs) {
    Value outputs = infer(weights, inputs);
    return new Prediction(outputs.tensor(), loss.predict(outputs).tensor());
  }

  private Value infer(Weights weights, Tensor inputs) {
    forgetting.reset();
    Parameters parameters = Parameters.inference(weights.source(weights.leaves(forgetting)));
    return network.apply(forgetting.leaf(inputs), parameters);
  }

  private Value losses(
      Engine engine, Value outputs, Tensor targets, @Nullable Tensor sampleWeights) {
    try {
      Value losses = loss.of(outputs, engine.leaf(targets));
      return sampleWeights == null ? losses : losses.multiply(engine.leaf(sampleWeights));
    } catch (ShapeException e) {
      throw e.at("loss");
    }
  }
}
