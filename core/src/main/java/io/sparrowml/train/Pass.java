package io.sparrowml.train;

import io.sparrowml.autograd.Gradients;
import io.sparrowml.layer.Parameters;
import io.sparrowml.loss.Loss;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.StepRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network with its loss on a micro-batch, in the values of an engine.
 *
 * @param leaves the parameters, in the layout's order
 * @param inputs {@code [n, ...input]}
 */
record Pass(Network network, Loss loss, Layout layout, List<Value> leaves, Value inputs) {
  /** Where the outputs are among results, and what follows them. */
  static final int OUTPUTS = 0;

  static final int LOSSES = 1;
  static final int PREDICTIONS = 1;
  static final int SUMS = 2;

  /**
   * Forward and back: the outputs, the samples' losses, and for each entry of the layout the sum of
   * the samples' gradients, or, of a statistic, what they show of it, times n.
   *
   * @param targets {@code [n, ...target]}
   * @param weights {@code [n]}: what the losses are multiplied by; null for 1
   */
  List<Value> gradient(Value targets, @Nullable Value weights, StepRandom random) {
    Map<String, Value> observed = new HashMap<>();
    Parameters parameters = Parameters.training(layout.source(leaves, observed), random);
    Value outputs = network.apply(inputs, parameters);
    Value losses = losses(outputs, targets, weights);
    List<Layout.Entry> entries = layout.entries();
    List<Value> trained = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).parameter().isTrained()) {
        trained.add(leaves.get(i));
      }
    }
    Iterator<Value> gradients = Gradients.of(losses, trained).iterator();
    List<Value> results = new ArrayList<>(List.of(outputs, losses));
    for (int i = 0; i < entries.size(); i++) {
      Layout.Entry entry = entries.get(i);
      results.add(
          entry.parameter().isTrained()
              ? gradients.next()
              : observed.getOrDefault(entry.name(), leaves.get(i)).scale(inputs.shape().dim(0)));
    }
    return results;
  }

  /** Forward, without training: the outputs, and the samples' losses. */
  List<Value> losses(Value targets, @Nullable Value weights) {
    Value outputs = infer();
    return List.of(outputs, losses(outputs, targets, weights));
  }

  /** Forward, without training: the outputs, and what they predict. */
  List<Value> predictions() {
    Value outputs = infer();
    return List.of(outputs, loss.predict(outputs));
  }

  private Value infer() {
    return network.apply(inputs, Parameters.inference(layout.source(leaves, new HashMap<>())));
  }

  private Value losses(Value outputs, Value targets, @Nullable Value weights) {
    try {
      return outputs
          .engine()
          .within(
              StepProfile.LOSS,
              () -> {
                Value losses = loss.of(outputs, targets);
                return weights == null ? losses : losses.multiply(weights);
              });
    } catch (ShapeException e) {
      throw e.at(StepProfile.LOSS);
    }
  }
}
