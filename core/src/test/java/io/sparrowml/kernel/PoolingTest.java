package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

@Tag("onednn")
class PoolingTest {
  private final Kernels plainKernels = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Pooling plain = plainKernels.pooling();
  private final Pooling fast = kernels.pooling();
  private final Arena arena = Arena.root("pooling", 1 << 28);

  @AfterTry
  void reset() {
    arena.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    arena.close();
  }

  /** Windows with the sizes of the images. */
  record Case(Window height, Window width, int n, int rows, int columns, int channels) {
    int[] x() {
      return new int[] {n, rows, columns, channels};
    }

    int[] y() {
      return new int[] {n, height.positions(rows), width.positions(columns), channels};
    }

    int taps() {
      return height.size() * width.size();
    }
  }

  /** Windows each of which sees a place of the axis. */
  private static Window window(int extent, int size, int stride, int before, int after) {
    int most = Math.min(size, extent);
    return new Window(size, stride, 1, Math.min(before, most - 1), Math.min(after, size - 1));
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> extents = Arbitraries.integers().between(1, 13);
    Arbitrary<Integer> sizes = Arbitraries.of(1, 2, 3, 5, 7);
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 3);
    return Combinators.combine(
            extents, extents, sizes, sizes, small, small, small, Arbitraries.of(1, 3, 8, 16, 33))
        .as(
            (rows, columns, high, wide, strideDown, stride, n, channels) ->
                new Case(
                    window(rows, high, strideDown, stride - 1, n - 1),
                    window(columns, wide, stride, n - 1, strideDown - 1),
                    n,
                    rows,
                    columns,
                    channels))
        .filter(c -> c.y()[1] > 0 && c.y()[2] > 0);
  }

  @Property(tries = 300, seed = "1")
  void maximaEqualThePlainOnes(@ForAll("cases") Case c, @ForAll boolean odd) {
    Tensor x = normal(arena, 1, c.x());
    if (odd) {
      x.slice(x.size() / 2, 1).set(Double.NaN);
      x.slice(0, 1).set(Double.POSITIVE_INFINITY);
      x.slice(x.size() - 1, 1).set(Double.NEGATIVE_INFINITY);
    }
    Tensor expected = empty(arena, DType.FLOAT32, c.y());
    Tensor actual = normal(arena, 2, c.y());

    plain.max(c.height, c.width, x, expected).run();
    fast.max(c.height, c.width, x, actual).run();

    assertThat(actual.toFloats()).containsExactly(expected.toFloats());
  }

  @Property(tries = 300, seed = "1")
  void gradientsOfMaximaGoToTheFirstOfThem(@ForAll("cases") Case c, @ForAll boolean ties) {
    Tensor x = normal(arena, 1, c.x());
    if (ties) {
      double[] few = x.toDoubles();
      for (int i = 0; i < few.length; i++) {
        few[i] = Math.rint(few[i]);
      }
      x.set(few);
    }
    Tensor dy = normal(arena, 2, c.y());
    Tensor expected = empty(arena, DType.FLOAT32, c.x());
    Tensor scale = like(arena, expected);
    Tensor actual = normal(arena, 3, c.x());

    plain.maxGradient(c.height, c.width, x, dy, expected).run();
    plain.maxGradient(c.height, c.width, x, absolute(arena, dy), scale).run();
    Kernel gradient = fast.maxGradient(c.height, c.width, x, dy, actual);
    gradient.run();
    gradient.run();

    assertClose(actual, expected, (c.taps() + 1) * EPSILON, scale);
  }

  @Property(tries = 200, seed = "1")
  void averagesEqualThePlainOnes(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    x.slice(x.size() / 2, 1).set(Double.NaN);
    Tensor expected = empty(arena, DType.FLOAT32, c.y());
    Tensor scale = like(arena, expected);
    Tensor actual = normal(arena, 2, c.y());

    plain.average(c.height, c.width, x, expected).run();
    plain.average(c.height, c.width, absolute(arena, x), scale).run();
    fast.average(c.height, c.width, x, actual).run();

    assertClose(actual, expected, (c.taps() + 2) * EPSILON, scale);
  }

  @Property(tries = 200, seed = "1")
  void gradientsOfAveragesEqualThePlainOnes(@ForAll("cases") Case c) {
    Tensor dy = normal(arena, 1, c.y());
    Tensor expected = empty(arena, DType.FLOAT32, c.x());
    Tensor scale = like(arena, expected);
    Tensor actual = normal(arena, 2, c.x());

    plain.averageGradient(c.height, c.width, dy, expected).run();
    plain.averageGradient(c.height, c.width, absolute(arena, dy), scale).run();
    fast.averageGradient(c.height, c.width, dy, actual).run();

    assertClose(actual, expected, (c.taps() + 2) * EPSILON, scale);
  }

  @Property(tries = 100, seed = "1")
  void anImagesResultDependsOnTheImageAlone(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    Tensor others = normal(arena, 2, c.x());
    others.rows(c.n - 1, 1).copyFrom(x.rows(0, 1));
    for (boolean max : new boolean[] {true, false}) {
      Tensor y = empty(arena, DType.FLOAT32, c.y());
      Tensor again = like(arena, y);
      pooled(c, max, x, y);
      pooled(c, max, others, again);
      assertThat(again.rows(c.n - 1, 1).toFloats()).containsExactly(y.rows(0, 1).toFloats());
    }
  }

  private void pooled(Case c, boolean max, Tensor x, Tensor y) {
    Kernel kernel = max ? fast.max(c.height, c.width, x, y) : fast.average(c.height, c.width, x, y);
    kernel.run();
    kernel.run();
  }

  @Example
  void poolingOfOneImageIsKnownByHand() {
    Window height = Window.valid(2, 2, 1);
    Window width = Window.same(3, 2, 2, 1);
    Tensor x = empty(arena, DType.FLOAT32, 1, 2, 3, 1).set(5, 2, 3, 4, 5, 6);
    Tensor values = like(arena, x).set(10, 20, 30, 40, 50, 60);
    Tensor dy = empty(arena, DType.FLOAT32, 1, 1, 2, 1).set(1, 2);
    for (Pooling pooling : List.of(plain, fast)) {
      Tensor y = empty(arena, DType.FLOAT32, 1, 1, 2, 1);
      Tensor dx = like(arena, x);
      pooling.max(height, width, x, y).run();
      assertThat(y.toDoubles()).containsExactly(5, 6);
      pooling.select(height, width, x, values, y).run();
      assertThat(y.toDoubles()).containsExactly(10, 60);
      pooling.maxGradient(height, width, x, dy, dx).run();
      assertThat(dx.toDoubles()).containsExactly(1, 0, 0, 0, 0, 2);
      pooling.average(height, width, x, y).run();
      assertThat(y.toDoubles()).containsExactly(4, 4.5);
      pooling.averageGradient(height, width, dy, dx).run();
      assertThat(dx.toDoubles()).containsExactly(0.25, 0.25, 1, 0.25, 0.25, 1);
    }
  }

  @Example
  void noImagesGiveNone() {
    Window two = Window.valid(2, 2, 1);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = empty(arena, dtype, 0, 4, 4, 3);
      Tensor y = empty(arena, dtype, 0, 2, 2, 3);
      fast.max(two, two, x, y).run();
      fast.maxGradient(two, two, x, y, x).run();
      fast.average(two, two, x, y).run();
      fast.averageGradient(two, two, y, x).run();
      assertThat(y.size()).isZero();
    }
  }
}
