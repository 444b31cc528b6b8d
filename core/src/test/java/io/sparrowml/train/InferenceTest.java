package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.data.Scaling;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Conv2d;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Linear;
import io.sparrowml.layer.MaxPool2d;
import io.sparrowml.layer.Parameters;
import io.sparrowml.layer.Relu;
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
        .use(weights)
        .predict(
            rows,
            (predictions, outputs, count) ->
                Arrays.stream(predictions.toDoubles()).limit(count).forEach(predicted::add));

    assertThat(predicted).containsExactly(135.0, 165.0);
  }

  private double loss(Rows rows) {
    Metric metric = new MeanLoss();
    long[][] states = {metric.zero()};
    new Inference(MODEL, rows.format(), kernels, arena.child("once"))
        .use(weights)
        .evaluate(rows, List.of(metric), states);
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

  /** A network with batch normalization, and weights drawn by a seed. */
  private final class Normalized {
    private final Model model;
    private final Layout layout;
    private final Weights weights;
    private final Rows rows;

    Normalized() {
      this(
          77,
          new Conv2d(3, 3, new Linear()),
          new BatchNorm(),
          new Relu(),
          new MaxPool2d(2),
          new Flatten(),
          new Dense(5),
          new BatchNorm(),
          new Relu(),
          new Dense(1));
    }

    Normalized(int count, Layer... layers) {
      model =
          new Model(
              new Network(Shape.of(4, 4, 1), List.of(layers)),
              new Preprocessing(
                  List.of(new Feature.Numeric("image", 16, 1)),
                  List.of(Scaling.identity(1)),
                  Scaling.identity(1)),
              new MeanSquaredError(),
              "y",
              List.of());
      layout = Layout.of(model.network());
      weights = new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      rows = new Rows(normal(1, Shape.of(count, 16)), normal(2, Shape.of(count)), null);
    }

    Normalized draw(long seed) {
      weights
          .named()
          .forEach(
              (name, tensor) -> {
                RandomKey key = RandomKey.of(seed).with(name);
                double[] numbers = new double[tensor.size()];
                Arrays.setAll(
                    numbers,
                    i -> name.endsWith("variance") ? 0.1 + Math.abs(key.normal(i)) : key.normal(i));
                tensor.set(numbers);
              });
      return this;
    }

    private Tensor normal(long seed, Shape shape) {
      double[] numbers = new double[Math.toIntExact(shape.size())];
      Arrays.setAll(numbers, RandomKey.of(seed)::normal);
      return tensor(shape, numbers);
    }

    Inference inference(String name) {
      return new Inference(model, rows.format(), kernels, arena.child(name));
    }

    /** The outputs of all rows. */
    double[] outputs(Inference inference, Rows of) {
      List<Double> outputs = new ArrayList<>();
      inference.predict(
          of,
          (predictions, all, count) ->
              Arrays.stream(all.toDoubles()).limit(count).forEach(outputs::add));
      return outputs.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The same as the layers compute it one by one, without a program. */
    double[] expected() {
      try (Arena step = Arena.root("eager", 1 << 24)) {
        Eager eager = Eager.forgetting(kernels, step);
        Tensor images = rows.features().reshape(Shape.of(rows.count(), 4, 4, 1));
        Parameters parameters = Parameters.inference(weights.source(weights.leaves(eager)));
        return model.network().apply(eager.leaf(images), parameters).tensor().toDoubles();
      }
    }
  }

  @Test
  void foldedNormalizationGivesTheOutputsOfTheLayers() {
    Normalized model = new Normalized().draw(1);

    double[] outputs = model.outputs(model.inference("a").use(model.weights), model.rows);

    double largest = Arrays.stream(outputs).map(Math::abs).max().orElseThrow();
    assertThat(outputs).containsExactly(model.expected(), within(1e-5 * largest));
  }

  @Test
  void weightsThatAreGivenAgainCountAsTheyAreThen() {
    Normalized model = new Normalized().draw(1);
    Inference inference = model.inference("a").use(model.weights);
    double[] first = model.outputs(inference, model.rows);

    inference.use(model.draw(2).weights);
    double[] second = model.outputs(inference, model.rows);
    Weights elsewhere =
        new Weights(
            model.layout, Tensor.allocate(arena, DType.FLOAT32, model.weights.flat().shape()));
    elsewhere.flat().copyFrom(model.draw(3).weights.flat());
    double[] third = model.outputs(inference.use(elsewhere), model.rows);

    for (double[] again : List.of(first, second, third)) {
      assertThat(again).doesNotContain(again == first ? second : first);
    }
    assertThat(model.outputs(model.inference("3").use(model.weights), model.rows))
        .containsExactly(third);
    model.draw(2);
    assertThat(model.outputs(model.inference("2").use(model.weights), model.rows))
        .containsExactly(second);
    assertThat(model.outputs(inference.use(model.draw(1).weights), model.rows))
        .containsExactly(first);
  }

  @Test
  void aRowsOutputDoesNotDependOnItsCompanyNorOnHowItIsAskedFor() {
    Normalized images = new Normalized().draw(1);
    assertThat(Inference.batch(images.model.network(), images.layout)).isEqualTo(32);
    sameInAnyCompany(images);
    Normalized wide =
        new Normalized(
                300,
                new Flatten(),
                new Dense(512),
                new Relu(),
                new Dense(512),
                new BatchNorm(),
                new Dense(1))
            .draw(1);
    assertThat(Inference.batch(wide.model.network(), wide.layout)).isEqualTo(128);
    sameInAnyCompany(wide);
  }

  private void sameInAnyCompany(Normalized model) {
    Inference inference = model.inference("a").use(model.weights);
    double[] all = model.outputs(inference, model.rows);

    for (int row = 0; row < model.rows.count(); row += 19) {
      assertThat(model.outputs(inference, model.rows.part(row, 1))).containsExactly(all[row]);
    }
    assertThat(model.outputs(inference, model.rows.part(3, 60)))
        .containsExactly(Arrays.copyOfRange(all, 3, 63));
    Kept kept = new Kept(new ArrayList<>());
    inference.evaluate(model.rows, List.of(kept), new long[][] {{}});
    assertThat(kept.outputs).containsExactly(Arrays.stream(all).boxed().toArray(Double[]::new));
  }

  /** Keeps the outputs that it is given. */
  private record Kept(List<Double> outputs) implements Metric {
    @Override
    public String name() {
      return "kept";
    }

    @Override
    public long[] zero() {
      return new long[0];
    }

    @Override
    public long[] add(long[] state, Tensor all, Tensor targets, Tensor losses, int rows) {
      Arrays.stream(all.toDoubles()).limit(rows).forEach(outputs::add);
      return state;
    }

    @Override
    public long[] merge(long[] state, long[] other) {
      return state;
    }

    @Override
    public double result(long[] state) {
      return outputs.size();
    }

    @Override
    public boolean ascends() {
      return true;
    }
  }

  @Test
  void whatEvaluationTakesIsForeseen() {
    Model model = new Normalized().model;
    RowFormat plain = new RowFormat(DType.FLOAT32, 16);
    RowFormat weighted = new RowFormat(DType.FLOAT32, 16, Shape.of(), true);

    long bytes = Inference.bytes(model, plain);

    long images = Inference.FEWEST * (16 + 16 * 3) * 4L; // those given, and those convolved
    long packed = (9 * 16 * 64 + 16 * 64 + 16 * 64) * 4L;
    assertThat(bytes).isBetween(images + packed, images + packed + 10_000);
    assertThat(Inference.bytes(model, weighted) - bytes).isBetween(128L, 256L);
  }

  @Test
  void withoutWeightsNothingIsPredicted() {
    Inference inference = new Inference(MODEL, rows(null).format(), kernels, arena);

    assertThatThrownBy(() -> inference.predict(rows(null), (predictions, outputs, count) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("inference expects weights, got none; call use(weights)");
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
