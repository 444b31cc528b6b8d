package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** However samples are split and in whatever order they come, states and results have one form. */
class MetricMergeTest {
  private static final int UNITS = 3;

  private static final List<Metric> OF_CLASSES =
      List.of(
          new MeanLoss(),
          new Accuracy(),
          new TopK(1),
          new Precision(null),
          new Recall(Average.WEIGHTED),
          new F1(Average.MICRO),
          new ConfusionMatrix(),
          new Auc(),
          new AveragePrecision(),
          new LogLoss(),
          new CalibrationError(7));

  private static final List<Metric> OF_NUMBERS =
      List.of(
          new MeanSquaredError(),
          new RootMeanSquaredError(),
          new MeanAbsoluteError(),
          new MeanAbsolutePercentageError(),
          new R2(),
          new QuantileLoss(0.3));

  /** One row: logits or numbers, a class, and numbers to be predicted. */
  record Row(List<Float> outputs, int target, List<Float> numbers, float loss) {}

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<Float> number =
        Arbitraries.oneOf(
            Arbitraries.floats().between(-20, 20),
            Arbitraries.of(0f, -0f, 1f, 0x1p-100f, -0x1p50f, Float.NaN, Float.POSITIVE_INFINITY));
    Arbitrary<Float> usual = Arbitraries.integers().between(-3, 3).map(Integer::floatValue);
    Arbitrary<List<Float>> numbers =
        Arbitraries.frequencyOf(
            Tuple.of(9, usual.list().ofSize(UNITS)), Tuple.of(1, number.list().ofSize(UNITS)));
    return Combinators.combine(
            numbers, Arbitraries.integers().between(0, UNITS - 1), numbers, number)
        .as(Row::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 300, seed = "42")
  void anySplitInAnyOrderGivesTheSameBits(
      @ForAll("rows") List<Row> rows,
      @ForAll @IntRange(min = 1, max = 5) int parts,
      @ForAll Random random) {
    assertOneForm(new MetricSet(OF_CLASSES), rows, true, parts, random);
    assertOneForm(new MetricSet(OF_NUMBERS), rows, false, parts, random);
  }

  private static void assertOneForm(
      MetricSet metrics, List<Row> rows, boolean classes, int parts, Random random) {
    long[][] whole = metrics.zero();
    add(metrics, whole, rows, classes);
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    List<long[][]> states = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      states.add(metrics.zero());
    }
    for (int from = 0, next; from < shuffled.size(); from = next) {
      next = Math.min(shuffled.size(), from + 1 + random.nextInt(8));
      add(metrics, states.get(random.nextInt(parts)), shuffled.subList(from, next), classes);
    }
    while (states.size() > 1) {
      long[][] other = states.remove(random.nextInt(states.size()));
      int into = random.nextInt(states.size());
      states.set(into, metrics.merge(states.get(into), other));
    }

    assertThat(metrics.results(states.get(0))).isEqualTo(metrics.results(whole));
    assertThat(metrics.compact(states.get(0))).isDeepEqualTo(metrics.compact(whole));
  }

  private static void add(MetricSet metrics, long[][] states, List<Row> rows, boolean classes) {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      int n = rows.size();
      float[] outputs = new float[(n + 1) * UNITS];
      float[] targets = new float[(n + 1) * (classes ? 1 : UNITS)];
      float[] losses = new float[n + 1];
      Arrays.fill(losses, Float.NaN);
      for (int i = 0; i < n; i++) {
        Row row = rows.get(i);
        losses[i] = row.loss;
        for (int k = 0; k < UNITS; k++) {
          outputs[i * UNITS + k] = row.outputs.get(k);
          targets[classes ? i : i * UNITS + k] = classes ? row.target : row.numbers.get(k);
        }
      }
      Shape shape = classes ? Shape.of(n + 1) : Shape.of(n + 1, UNITS);
      metrics.add(
          states,
          tensor(arena, Shape.of(n + 1, UNITS), outputs),
          tensor(arena, shape, targets),
          tensor(arena, Shape.of(n + 1), losses),
          n);
    }
  }

  private static Tensor tensor(Arena arena, Shape shape, float[] numbers) {
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, shape);
    tensor.floats().put(numbers);
    return tensor;
  }
}
