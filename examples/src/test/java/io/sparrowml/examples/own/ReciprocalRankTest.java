package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Task;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReciprocalRankTest {
  private final ReciprocalRank metric = new ReciprocalRank();
  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor tensor(Shape shape, double... numbers) {
    return Tensor.allocate(arena, DType.FLOAT32, shape).set(numbers);
  }

  /** The state of samples with three classes, of which the first {@code rows} count. */
  private long[] state(double[] outputs, double[] targets, int rows) {
    int n = targets.length;
    return metric.add(
        metric.zero(),
        tensor(Shape.of(n, 3), outputs),
        tensor(Shape.of(n), targets),
        tensor(Shape.of(n), new double[n]),
        rows);
  }

  @Test
  void itIsTheMeanOfOneOverTheRank() {
    double[] outputs = {3, 1, 2, 3, 1, 2, 3, 1, 2, 9, 9, 9};
    double[] targets = {0, 1, 2, 2};

    // Ranks 1, 3 and 2; the last sample is padding.
    assertThat(metric.result(state(outputs, targets, 3))).isEqualTo((1 + 1.0 / 3 + 0.5) / 3);
  }

  @Test
  void ofEqualOutputsTheFirstIsLargerAndSoIsWhatIsNotANumber() {
    assertThat(metric.result(state(new double[] {1, 1, 1}, new double[] {2}, 1)))
        .isEqualTo(1.0 / 3);
    double[] broken = {Double.NaN, Double.NaN, Double.NaN};
    assertThat(metric.result(state(broken, new double[] {1}, 1))).isEqualTo(1.0 / 3);
  }

  @Test
  void oneOutputStandsForTwoClasses() {
    long[] state =
        metric.add(
            metric.zero(),
            tensor(Shape.of(2, 1), 0.5, 0.5),
            tensor(Shape.of(2), 1, 0),
            tensor(Shape.of(2), 0, 0),
            2);

    assertThat(metric.result(state)).isEqualTo(0.75);
  }

  @Test
  void statesMergeInAnyOrder() {
    double[][] outputs = {{3, 1, 2}, {1, 2, 3}, {1, 3, 2}};
    double[][] targets = {{1}, {0}, {2}};
    long[][] orders = new long[2][];
    for (int order = 0; order < 2; order++) {
      long[] all = metric.zero();
      for (int i = 0; i < 3; i++) {
        int which = order == 0 ? i : 2 - i;
        all = metric.merge(all, state(outputs[which], targets[which], 1));
      }
      orders[order] = all;
    }
    double[] together = {3, 1, 2, 1, 2, 3, 1, 3, 2};

    assertThat(orders[0]).isEqualTo(orders[1]);
    assertThat(orders[0]).isEqualTo(state(together, new double[] {1, 0, 2}, 3));
    assertThat(metric.result(metric.zero())).isNaN();
  }

  @Test
  void modelsOfNumbersAreRefused() {
    assertThatThrownBy(() -> metric.check(new Task(false, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "reciprocal-rank: expects a model that predicts classes, got one that predicts a"
                + " number");
  }
}
