package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpdaterTest {
  private final Arena arena = Arena.root("test", 1 << 28);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor vector(double... values) {
    Tensor tensor =
        new Tensor(DType.FLOAT32, Shape.of(values.length), arena.allocate(values.length * 4L));
    return tensor.set(values);
  }

  private List<Tensor> zeros(int count, int length) {
    List<Tensor> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(vector(new double[length]));
    }
    return slots;
  }

  @Test
  void descentMovesAgainstTheMeanGradient() {
    Tensor x = vector(1, -2);

    new Updater(new Sgd(0.1, 0, false)).update(x, vector(4, -8), 4, List.of(), 1);

    assertThat(x.toFloats()).containsExactly(0.9f, -1.8f);
  }

  @Test
  void momentumSumsAGeometricSeriesOfGradients() {
    Tensor x = vector(0);
    List<Tensor> slots = zeros(1, 1);
    Updater updater = new Updater(new Sgd(1, 0.5, false));

    for (int step = 1; step <= 3; step++) {
      updater.update(x, vector(1), 1, slots, step);
    }

    assertThat(x.toFloats()[0]).isEqualTo(-(1 + 1.5f + 1.75f));
  }

  @Test
  void nesterovLooksOneVelocityAhead() {
    Tensor x = vector(0);
    List<Tensor> slots = zeros(1, 1);
    Updater updater = new Updater(new Sgd(1, 0.5, true));

    for (int step = 1; step <= 2; step++) {
      updater.update(x, vector(1), 1, slots, step);
    }

    assertThat(x.toFloats()[0]).isEqualTo(-((1 + 0.5f) + (1 + 0.75f)));
  }

  @Test
  void adamFollowsThePaperInDoublePrecision() {
    int n = 5000;
    RandomKey key = RandomKey.of(3);
    double[] expected = new double[n];
    double[] m = new double[n];
    double[] v = new double[n];
    Tensor x = vector(new double[n]);
    List<Tensor> slots = zeros(2, n);
    Updater updater = new Updater(new Adam(0.01));
    for (int step = 1; step <= 10; step++) {
      double[] g = new double[n];
      for (int i = 0; i < n; i++) {
        g[i] = key.with(step).normal(i);
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        double meanHat = m[i] / (1 - Math.pow(0.9, step));
        double squareHat = v[i] / (1 - Math.pow(0.999, step));
        expected[i] -= 0.01 * meanHat / (Math.sqrt(squareHat) + 1e-8);
      }
      updater.update(x, vector(g), 1, slots, step);
    }

    double[] actual = x.toDoubles();
    for (int i = 0; i < n; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void anUpdateDoesNotDependOnHowTheParametersAreCut() {
    int n = 7001;
    double[] values = new double[n];
    double[] gradients = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = RandomKey.of(1).normal(i);
      gradients[i] = RandomKey.of(2).normal(i);
    }
    Tensor whole = vector(values);
    Tensor cut = vector(values);
    Tensor g = vector(gradients);
    Updater updater = new Updater(new Adam(0.01));

    updater.update(whole, g, 3, zeros(2, n), 1);
    for (int from = 0; from < n; from += 1999) {
      int length = Math.min(1999, n - from);
      updater.update(cut.slice(from, length), g.slice(from, length), 3, zeros(2, length), 1);
    }

    assertThat(cut.toFloats()).containsExactly(whole.toFloats());
  }

  @Test
  void theFirstGradientThatIsNotFiniteIsNamed() {
    double[] gradients = new double[5000];
    gradients[4321] = Double.POSITIVE_INFINITY;
    gradients[4567] = Double.NaN;

    int bad =
        new Updater(new Sgd(1, 0, false))
            .update(vector(new double[5000]), vector(gradients), 1, List.of(), 1);

    assertThat(bad).isEqualTo(4321);
  }
}
