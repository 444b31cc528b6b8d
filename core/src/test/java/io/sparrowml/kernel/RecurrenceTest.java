package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;
import org.jspecify.annotations.Nullable;

@Tag("onednn")
class RecurrenceTest {
  private final Kernels plainKernels = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Arena arena = Arena.root("recurrence", 1 << 28);

  @AfterTry
  void reset() {
    arena.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    arena.close();
  }

  @Provide
  Arbitrary<Integer> units() {
    return Arbitraries.of(1, 2, 7, 16, 33, 64, 130);
  }

  /** A cell with its inputs, drawn small enough that rounding errors do not grow over the steps. */
  private record Cell(
      boolean isLstm, Tensor gates, Tensor kernel, Tensor bias, @Nullable Tensor mask) {
    int planes() {
      return isLstm ? Recurrence.LSTM_PLANES : Recurrence.GRU_PLANES;
    }

    int[] trace() {
      return new int[] {
        gates.shape().dim(0), planes(), gates.shape().dim(1), kernel.shape().dim(0)
      };
    }

    int[] gradient() {
      int t = gates.shape().dim(0);
      int n = gates.shape().dim(1);
      int width = gates.shape().dim(2);
      return isLstm ? new int[] {t, n, width} : new int[] {t, 2, n, width};
    }

    void forward(Kernels kernels, boolean reverse, Tensor trace) {
      Recurrence all = kernels.recurrence();
      (isLstm
              ? all.lstm(gates, kernel, mask, reverse, trace)
              : all.gru(gates, kernel, bias, mask, reverse, trace))
          .run();
    }

    Kernel backward(Kernels kernels, boolean reverse, Tensor trace, Tensor dTrace, Tensor out) {
      Recurrence all = kernels.recurrence();
      return isLstm
          ? all.lstmGradient(kernel, mask, reverse, trace, dTrace, out)
          : all.gruGradient(kernel, mask, reverse, trace, dTrace, out);
    }
  }

  private Cell cell(boolean isLstm, int t, int n, int units, boolean masked) {
    int width = (isLstm ? 4 : 3) * units;
    Tensor kernel = normal(arena, 2, units, width);
    double[] smaller = kernel.toDoubles();
    Arrays.setAll(smaller, i -> smaller[i] * 0.5 / Math.sqrt(units));
    Tensor mask = null;
    if (masked) {
      double[] real = new double[t * n];
      Arrays.setAll(real, i -> RandomKey.of(5).below(i, 3) > 0 ? 1 : 0);
      mask = empty(arena, DType.FLOAT32, t, n).set(real);
    }
    return new Cell(
        isLstm, normal(arena, 1, t, n, width), kernel.set(smaller), normal(arena, 3, units), mask);
  }

  @Property(tries = 150, seed = "1")
  void tracesAndGradientsEqualThePlainOnes(
      @ForAll boolean isLstm,
      @ForAll boolean masked,
      @ForAll boolean reverse,
      @ForAll @IntRange(max = 9) int t,
      @ForAll @IntRange(max = 35) int n,
      @ForAll("units") int units) {
    Cell cell = cell(isLstm, t, n, units, masked);
    Tensor expected = empty(arena, DType.FLOAT32, cell.trace());
    Tensor actual = normal(arena, 4, cell.trace());
    cell.forward(plainKernels, reverse, expected);
    cell.forward(kernels, reverse, actual);
    Tensor ones = ones(expected);
    assertClose(actual, expected, 64 * EPSILON, ones);

    Tensor slopes = normal(arena, 6, cell.trace());
    Tensor expectedGradient = empty(arena, DType.FLOAT32, cell.gradient());
    Tensor gradient = normal(arena, 7, cell.gradient());
    cell.backward(plainKernels, reverse, expected, slopes, expectedGradient).run();
    Kernel backward = cell.backward(kernels, reverse, expected, slopes, gradient);
    backward.run();
    assertClose(gradient, expectedGradient, 512 * EPSILON, ones(gradient));

    float[] once = gradient.toFloats();
    backward.run();
    assertThat(gradient.toFloats()).containsExactly(once);
  }

  private Tensor ones(Tensor like) {
    double[] numbers = new double[like.size()];
    Arrays.fill(numbers, 1);
    return like(arena, like).set(numbers);
  }

  @Property(tries = 40, seed = "1")
  void aSamplesTraceDependsOnItAlone(
      @ForAll boolean isLstm,
      @ForAll boolean reverse,
      @ForAll @IntRange(min = 2, max = 70) int n,
      @ForAll("units") int units) {
    int t = 5;
    Cell cell = cell(isLstm, t, n, units, false);
    Tensor trace = empty(arena, DType.FLOAT32, cell.trace());
    cell.forward(kernels, reverse, trace);
    float[] all = trace.toFloats();
    float[] inputs = cell.gates().toFloats();
    int width = cell.gates().shape().dim(2);
    Tensor changed = like(arena, cell.gates());
    changed.write(0, inputs, 0, inputs.length);
    float[] nothing = new float[width];
    Arrays.fill(nothing, Float.NaN);
    for (int step = 0; step < t; step++) {
      changed.write(step * n * width, inputs, (step * n + n - 1) * width, width);
      changed.write((step * n + n - 1) * width, nothing, 0, width);
    }

    Cell other = new Cell(isLstm, changed, cell.kernel(), cell.bias(), null);
    other.forward(kernels, reverse, trace);

    for (int step = 0; step < t; step++) {
      int hidden = (step * cell.planes() + cell.planes() - 1) * n * units;
      float[] moved = new float[units];
      trace.read(hidden, moved, 0, units);
      int last = hidden + (n - 1) * units;
      assertThat(moved).containsExactly(Arrays.copyOfRange(all, last, last + units));
      float[] gone = new float[units];
      trace.read(last, gone, 0, units);
      for (float number : gone) {
        assertThat(number).isNaN();
      }
    }
  }

  @Example
  void whatIsMaskedDoesNotMatter() {
    for (boolean isLstm : new boolean[] {true, false}) {
      for (Kernels each : new Kernels[] {kernels, plainKernels}) {
        Cell cell = cell(isLstm, 4, 3, 5, false);
        Tensor mask = empty(arena, DType.FLOAT32, 4, 3).set(1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1);
        Tensor gates = cell.gates();
        int width = gates.shape().dim(2);
        double[] nothing = new double[width];
        Arrays.fill(nothing, Double.NaN);
        for (int place : new int[] {4, 7, 9, 10}) {
          gates.write(place * width, nothing, width);
        }
        Cell masked = new Cell(isLstm, gates, cell.kernel(), cell.bias(), mask);
        Tensor trace = empty(arena, DType.FLOAT32, cell.trace());
        masked.forward(each, false, trace);
        int hidden = cell.planes() - 1;
        double[] first = numbers(trace, 0, hidden, 1);
        double[] last = numbers(trace, 3, hidden, 1);
        assertThat(last).containsExactly(first).doesNotContain(0, Double.NaN);
        assertThat(numbers(trace, 3, hidden, 0)).containsExactly(numbers(trace, 2, hidden, 0));
        assertThat(numbers(trace, 1, 0, 1)).containsOnly(0);

        Tensor gradient = empty(arena, DType.FLOAT32, cell.gradient());
        masked.backward(each, false, trace, ones(trace), gradient).run();
        assertThat(gradient.toDoubles()).doesNotContain(Double.NaN);

        masked.forward(each, true, trace);
        assertThat(numbers(trace, 3, hidden, 1)).containsOnly(0);
        assertThat(numbers(trace, 0, hidden, 1)).doesNotContain(0, Double.NaN);
      }
    }
  }

  private static double[] numbers(Tensor trace, int step, int plane, int sample) {
    int units = trace.shape().dim(3);
    int n = trace.shape().dim(2);
    double[] numbers = new double[units];
    trace.read(((step * trace.shape().dim(1) + plane) * n + sample) * units, numbers, units);
    return numbers;
  }

  @Example
  void doublesAreLeftToThePlainOnes() {
    Tensor gates = normal(arena, 1, DType.FLOAT64, 3, 2, 8);
    Tensor kernel = normal(arena, 2, DType.FLOAT64, 2, 8);
    Tensor expected = empty(arena, DType.FLOAT64, 3, 6, 2, 2);
    Tensor actual = like(arena, expected);
    plainKernels.recurrence().lstm(gates, kernel, null, false, expected).run();
    kernels.recurrence().lstm(gates, kernel, null, false, actual).run();
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles()).doesNotContain(0);
  }

  @Example
  void sigmoidsAndTangentsAreThoseOfDoublePrecision() {
    FloatFunctions functions = new FloatFunctions();
    float[] x = new float[1000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 500) * 0.04f + 1e-4f;
    }
    float[] ends = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, 1e-30f, -1e-30f, 90, -85, 300
    };
    System.arraycopy(ends, 0, x, 0, ends.length);
    float[] sigmoids = x.clone();
    functions.sigmoid(sigmoids, x.length);
    float[] tangents = x.clone();
    functions.tanh(tangents, x.length);
    for (int i = 0; i < x.length; i++) {
      close(sigmoids[i], Unary.SIGMOID.apply(x[i], 0));
      close(tangents[i], Math.tanh(x[i]));
    }
  }

  private static void close(float actual, double expected) {
    if (Double.isNaN(expected)) {
      assertThat(actual).isNaN();
    } else {
      double error = Math.abs(actual - expected);
      assertThat(error).isLessThanOrEqualTo(8 * EPSILON * Math.abs(expected) + 1e-37);
    }
  }
}
