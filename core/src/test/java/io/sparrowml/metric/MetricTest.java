package io.sparrowml.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static Tensor tensor(Arena arena, Shape shape, double... values) {
    return new Tensor(DType.FLOAT32, shape, arena.allocate(shape.size() * 4)).set(values);
  }

  @Test
  void accuracyCountsTheLargestOutput() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Accuracy accuracy = new Accuracy();
      Tensor outputs = tensor(arena, Shape.of(4, 3), 1, 2, 3, 3, 2, 1, 5, 5, 1, 0, 0, 9);
      Tensor targets = tensor(arena, Shape.of(4), 2, 0, 1, 0);

      long[] state =
          accuracy.add(
              accuracy.zero(), outputs, targets, tensor(arena, Shape.of(4), 0, 0, 0, 0), 3);

      assertThat(state).containsExactly(3, 2);
      assertThat(accuracy.result(state)).isCloseTo(2 / 3.0, within(1e-15));
    }
  }

  @Test
  void oneOutputPredictsClassOneAboveZero() {
    assertThat(Accuracy.predicted(new float[] {0.1f}, 0, 1)).isEqualTo(1);
    assertThat(Accuracy.predicted(new float[] {0f}, 0, 1)).isZero();
  }

  @Test
  void nothingHasNoValue() {
    MetricSet all =
        new MetricSet(
            List.of(
                new MeanLoss(),
                new Accuracy(),
                new TopK(2),
                new Precision(null),
                new Recall(Average.MACRO),
                new F1(Average.WEIGHTED),
                new ConfusionMatrix(),
                new Auc(),
                new AveragePrecision(),
                new LogLoss(),
                new CalibrationError(15),
                new MeanSquaredError(),
                new RootMeanSquaredError(),
                new MeanAbsoluteError(),
                new MeanAbsolutePercentageError(),
                new R2(),
                new QuantileLoss(0.5)));
    assertThat(all.metrics()).hasSameSizeAs(Metrics.CATALOG.kinds().keySet());

    for (Metric metric : all.metrics()) {
      assertThat(metric.result(metric.zero())).as(metric.name()).isNaN();
      assertThat(metric.merge(metric.zero(), metric.zero())).isEqualTo(metric.zero());
    }
    assertThat(all.results(all.zero()).values()).hasSize(16).allMatch(v -> Double.isNaN(v));
  }

  @Test
  void paddingDoesNotCount() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor losses = tensor(arena, Shape.of(3), 1, 2, 100);
      MeanLoss loss = new MeanLoss();
      MeanAbsoluteError error = new MeanAbsoluteError();
      Tensor outputs = tensor(arena, Shape.of(3, 2), 1, 2, 3, 4, 1e9, 1e9);
      Tensor targets = tensor(arena, Shape.of(3, 2), 1, 3, 3, 2, 0, 0);

      assertThat(loss.result(loss.add(loss.zero(), outputs, targets, losses, 2))).isEqualTo(1.5);
      assertThat(error.result(error.add(error.zero(), outputs, targets, losses, 2)))
          .isEqualTo(0.75);
    }
  }

  @Test
  void oneUnitNeedsNoAxis() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor targets = tensor(arena, Shape.of(2, 3), 1, 0, 1, 1, 0, 0);
      Tensor outputs = tensor(arena, Shape.of(2, 3), 1, 1, 1, -1, -1, -1);
      Tensor losses = tensor(arena, Shape.of(2), 0, 0);
      for (Metric metric : List.of(new Accuracy(), new F1(null), new Auc(), new LogLoss())) {
        Tensor deep = outputs.reshape(Shape.of(2, 3, 1));

        assertThat(metric.results(metric.add(metric.zero(), outputs, targets, losses, 2)))
            .isEqualTo(metric.results(metric.add(metric.zero(), deep, targets, losses, 2)));
      }
    }
  }

  @Test
  void shapesAndClassesThatDoNotFitAreRefused() {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor outputs = tensor(arena, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
      Tensor two = tensor(arena, Shape.of(2), 0, 3);
      Tensor half = tensor(arena, Shape.of(2), 0, 0.5);
      Tensor three = tensor(arena, Shape.of(3), 0, 1, 2);

      assertThatThrownBy(() -> new F1(null).add(new long[0], outputs, three, two, 2))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "f1: expects outputs [n, ..., units] and targets [n, ...] with 2 rows or more, got"
                  + " [2, 3] and [3]");
      assertThatThrownBy(() -> new R2().add(new long[0], outputs, two, two, 2))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "r2: expects outputs and targets of one size with 2 rows or more, got [2, 3] and"
                  + " [2]");
      assertThatThrownBy(() -> new Accuracy().add(new long[2], outputs, two, two, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("accuracy: expects targets that are classes from 0 to 2, got 3.0");
      assertThatThrownBy(() -> new Auc().add(new long[0], outputs, half, two, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("auc: expects targets that are classes from 0 to 2, got 0.5");
    }
  }

  @Test
  void probabilitiesNearZeroAndOneLoseNothing() {
    float[] logits = {-80, 0, 80};
    Softmax softmax = new Softmax(logits, 0, 3);

    assertThat(softmax.loss(2)).isCloseTo(StrictMath.exp(-80), within(1e-48));
    assertThat(softmax.loss(0)).isEqualTo(160);
    assertThat(softmax.logOdds(2)).isCloseTo(80, within(1e-12));
    assertThat(softmax.logOdds(0)).isCloseTo(-160, within(1e-12));
    assertThat(new Softmax(new float[] {-800}, 0, 1).loss(1)).isEqualTo(800);
  }

  @Property(seed = "42")
  void sumsAreExactInAnyOrder(@ForAll List<@DoubleRange(min = -1e20, max = 1e20) Double> numbers) {
    long[] forward = new long[ExactSum.LENGTH];
    long[] left = new long[ExactSum.LENGTH];
    long[] right = new long[ExactSum.LENGTH];
    BigDecimal unit = BigDecimal.ONE.divide(BigDecimal.valueOf(2).pow(ExactSum.PLACES));
    BigInteger expected = BigInteger.ZERO;
    for (int i = 0; i < numbers.size(); i++) {
      ExactSum.add(forward, 0, numbers.get(i));
      ExactSum.add(i % 3 == 0 ? left : right, 0, numbers.get(numbers.size() - 1 - i));
      BigDecimal units = new BigDecimal(numbers.get(i)).divide(unit);
      expected = expected.add(units.setScale(0, RoundingMode.HALF_EVEN).toBigInteger());
    }
    ExactSum.merge(left, 0, right, 0);

    assertThat(left).isEqualTo(forward);
    assertThat(ExactSum.units(forward, 0)).isEqualTo(expected);
    assertThat(ExactSum.value(forward, 0))
        .isEqualTo(new BigDecimal(expected).multiply(unit).doubleValue());
  }

  @Test
  void sumsHoldLargeAndSmallNumbersTogether() {
    long[] state = new long[ExactSum.LENGTH];
    double large = Math.nextDown(0x1p80);
    for (double number : new double[] {large, 0x1p-128, -large, 0x1p-70, -0x1p-127}) {
      ExactSum.add(state, 0, number);
    }

    assertThat(ExactSum.value(state, 0)).isEqualTo(0x1p-70 - 0x1p-128);
  }

  @Test
  void aSumWithANumberOutOfRangeIsNotANumber() {
    long[] state = new long[ExactSum.LENGTH];
    ExactSum.add(state, 0, 1);
    ExactSum.add(state, 0, Double.NaN);
    assertThat(ExactSum.value(state, 0)).isNaN();
  }
}
