package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Rows;
import io.sparrowml.data.Scaling;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.layer.Dense;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A line {@code y = 3 x + 0.5} over labels that are scaled by {@code (y - 100) / 10}. */
class InferenceTest {
  private static final Model MODEL =
      new Model(
          new Network(Shape.of(1), List.of(new Dense(1))),
          new Preprocessing(
              List.of(Feature.Numeric.number("x")),
              List.of(Scaling.identity(1)),
              new Scaling(List.of(100f), List.of(0.1f))),
          new MeanSquaredError(),
          "y",
          List.of());

  private final Arena arena = Arena.root("test", 1 << 24);
  private final Kernels kernels = KernelProvider.open();
  private final Weights weights = weights();

  private Weights weights() {
    Layout layout = Layout.of(MODEL.network());
    Tensor flat = Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size()));
    flat.clear();
    layout
        .entries()
        .forEach(entry -> entry.of(flat).set(entry.name().endsWith("kernel") ? 3 : 0.5));
    return new Weights(layout, flat);
  }

  @AfterEach
  void close() {
    kernels.close();
    arena.closeAll();
  }

  private Tensor tensor(Shape shape, double... numbers) {
    return Tensor.allocate(arena, DType.FLOAT32, shape).set(numbers);
  }

  private Rows rows(@Nullable Tensor rowWeights) {
    return new Rows(tensor(Shape.of(2, 1), 1, 2), tensor(Shape.of(2), 145, 100), rowWeights);
  }

  @Test
  void predictionsAreInTheUnitOfTheLabel() {
    Rows rows = rows(null);
    List<Double> predicted = new ArrayList<>();

    new Inference(MODEL, rows.format(), kernels, arena)
        .predict(
            weights,
            rows,
            (predictions, outputs, count) ->
                Arrays.stream(predictions.toDoubles()).limit(count).forEach(predicted::add));

    assertThat(predicted).containsExactly(135.0, 165.0);
  }

  private double loss(Rows rows) {
    Metric metric = new MeanLoss();
    long[][] states = {metric.zero()};
    new Inference(MODEL, rows.format(), kernels, arena.child("once"))
        .evaluate(weights, rows, List.of(metric), states);
    return metric.result(states[0]);
  }

  @Test
  void theLossIsOfScaledLabelsAndTimesTheWeights() {
    // The outputs are 3.5 and 6.5, the scaled labels 4.5 and 0.
    assertThat(loss(rows(null))).isCloseTo((1 + 6.5 * 6.5) / 2, within(1e-4));
  }

  @Test
  void weightsMultiplyTheLossAndTheDivisorStaysTheNumberOfRows() {
    assertThat(loss(rows(tensor(Shape.of(2), 3, 0.5))))
        .isCloseTo((3 + 6.5 * 6.5 / 2) / 2, within(1e-4));
  }

  private float[] gradient(double[] inputs, double[] targets, double @Nullable ... rowWeights) {
    Tensor into = tensor(Shape.of(weights.layout().size()), new double[weights.layout().size()]);
    new TrainingStep(MODEL.network(), MODEL.loss(), kernels, arena.child("step " + inputs.length))
        .gradient(
            weights,
            tensor(Shape.of(inputs.length, 1), inputs),
            tensor(Shape.of(targets.length), targets),
            rowWeights == null ? null : tensor(Shape.of(rowWeights.length), rowWeights),
            RandomKey.of(1),
            into);
    return into.toFloats();
  }

  @Test
  void weightsMultiplyTheGradients() {
    float[] alone = gradient(new double[] {1}, new double[] {4.5}, (double[]) null);
    float[] weighted = gradient(new double[] {1, 2}, new double[] {4.5, 0}, 2, 0);

    assertThat(alone).contains(-2f);
    for (int i = 0; i < alone.length; i++) {
      assertThat(weighted[i]).isEqualTo(2 * alone[i]);
    }
  }
}
