package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.Convolution;
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
class ConvolutionsTest {
  private final Kernels plainKernels = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Convolutions plain = plainKernels.convolutions();
  private final Convolutions fast = kernels.convolutions();
  private final Arena arena = Arena.root("convolutions", 1 << 28);

  @AfterTry
  void reset() {
    arena.reset();
  }

  @AfterProperty
  void close() {
    kernels.close();
    arena.close();
  }

  /** A convolution with the sizes of its operands. */
  record Case(
      Convolution how, int n, int height, int width, int channelsOfGroup, int filtersOfGroup) {
    int[] x() {
      return new int[] {n, height, width, channelsOfGroup * how.groups()};
    }

    int[] kernel() {
      return new int[] {
        how.height().size(), how.width().size(), channelsOfGroup, filtersOfGroup * how.groups()
      };
    }

    int[] y() {
      return new int[] {
        n,
        how.height().positions(height),
        how.width().positions(width),
        filtersOfGroup * how.groups()
      };
    }
  }

  private static Arbitrary<Window> windows() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> padding = Arbitraries.integers().between(0, 3);
    return Combinators.combine(
            Arbitraries.of(1, 2, 3, 5), small, Arbitraries.of(1, 1, 2), padding, padding)
        .as(Window::new);
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Convolution> how =
        Combinators.combine(windows(), windows(), Arbitraries.of(1, 1, 2, 3, 16))
            .as(Convolution::new);
    return Combinators.combine(
            how,
            Arbitraries.of(1, 2, 5),
            Arbitraries.integers().between(1, 13),
            Arbitraries.integers().between(1, 13),
            Arbitraries.of(1, 2, 3, 8, 16, 17, 33),
            Arbitraries.of(1, 2, 5, 8, 16, 17, 33))
        .as(Case::new)
        .filter(c -> c.y()[1] > 0 && c.y()[2] > 0);
  }

  @Property(tries = 400, seed = "1")
  void convolutionsEqualThePlainOnes(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    Tensor kernel = normal(arena, 2, c.kernel());
    Tensor expected = empty(arena, DType.FLOAT32, c.y());
    Tensor scale = like(arena, expected);
    Tensor actual = like(arena, expected);

    plain.forward(c.how, x, kernel, expected, List.of()).run();
    plain.forward(c.how, absolute(arena, x), absolute(arena, kernel), scale, List.of()).run();
    fast.forward(c.how, x, kernel, actual, List.of()).run();

    int terms = kernel.size() / c.kernel()[3];
    assertClose(actual, expected, (terms + 1) * EPSILON, scale);
  }

  @Property(tries = 300, seed = "1")
  void gradientsOfInputsEqualThePlainOnes(@ForAll("cases") Case c) {
    Tensor dy = normal(arena, 1, c.y());
    Tensor kernel = normal(arena, 2, c.kernel());
    Tensor expected = empty(arena, DType.FLOAT32, c.x());
    Tensor scale = like(arena, expected);
    Tensor actual = normal(arena, 3, c.x());

    plain.inputGradient(c.how, dy, kernel, expected, List.of()).run();
    plain
        .inputGradient(c.how, absolute(arena, dy), absolute(arena, kernel), scale, List.of())
        .run();
    fast.inputGradient(c.how, dy, kernel, actual, List.of()).run();

    int terms = kernel.size() / c.channelsOfGroup;
    assertClose(actual, expected, (terms + 1) * EPSILON, scale);
  }

  @Property(tries = 300, seed = "1")
  void gradientsOfKernelsEqualThePlainOnes(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    Tensor dy = normal(arena, 2, c.y());
    Tensor expected = empty(arena, DType.FLOAT32, c.kernel());
    Tensor scale = like(arena, expected);
    Tensor actual = normal(arena, 3, c.kernel());

    plain.kernelGradient(c.how, x, dy, expected).run();
    plain.kernelGradient(c.how, absolute(arena, x), absolute(arena, dy), scale).run();
    fast.kernelGradient(c.how, x, dy, actual).run();

    int terms = dy.size() / c.y()[3];
    assertClose(actual, expected, (terms + 1) * EPSILON, scale);
  }

  @Property(tries = 150, seed = "1")
  void stepsBehindGiveTheSameBitsAsAlone(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    x.slice(x.size() / 2, 1).set(Double.NaN);
    Tensor kernel = normal(arena, 2, c.kernel());
    Tensor bias = normal(arena, 3, c.kernel()[3]);
    Tensor other = normal(arena, 4, c.y());
    Tensor y = empty(arena, DType.FLOAT32, c.y());
    Tensor alone = like(arena, y);
    List<Step> steps =
        List.of(
            new Step.Two(Binary.ADD, 0, bias),
            new Step.Two(Binary.MULTIPLY, 0, other),
            new Step.One(Unary.LEAKY_RELU, 0),
            new Step.One(Unary.TANH, 0));

    fast.forward(c.how, x, kernel, alone, List.of()).run();
    kernels.then(() -> {}, alone, steps).run();
    fast.forward(c.how, x, kernel, y, steps).run();

    assertThat(y.toFloats()).containsExactly(alone.toFloats());
  }

  @Property(tries = 150, seed = "1")
  void kernelsThatHoldStillArePackedAnewEachTime(@ForAll("cases") Case c) {
    Tensor x = normal(arena, 1, c.x());
    Tensor bias = normal(arena, 3, c.kernel()[3]);
    Tensor kernel = normal(arena, 2, c.kernel());
    Tensor expected = empty(arena, DType.FLOAT32, c.y());
    Tensor actual = like(arena, expected);
    Tensor scale = like(arena, expected);
    List<Step> steps = List.of(new Step.Two(Binary.ADD, 0, bias));
    Kernel held = fast.forward(c.how, x, kernel, actual, steps);

    for (long seed = 10; seed < 12; seed++) {
      kernel.copyFrom(normal(arena, seed, c.kernel()));
      held.hold();
      held.run();
      plain.forward(c.how, x, kernel, expected, steps).run();
      plain.forward(c.how, absolute(arena, x), absolute(arena, kernel), scale, List.of()).run();
      kernels.unary(Unary.SHIFT, 5, scale, scale).run();

      int terms = c.channelsOfGroup * c.how.height().size() * c.how.width().size();
      assertClose(actual, expected, (terms + 2) * EPSILON, scale);
    }
  }

  @Property(tries = 100, seed = "1")
  void anImagesResultDependsOnTheImageAlone(@ForAll("cases") Case c, @ForAll boolean held) {
    Tensor x = normal(arena, 1, c.x());
    Tensor others = normal(arena, 2, c.x());
    others.rows(c.n - 1, 1).copyFrom(x.rows(0, 1));
    Tensor kernel = normal(arena, 3, c.kernel());
    Tensor y = empty(arena, DType.FLOAT32, c.y());
    Tensor again = like(arena, y);
    Kernel forward = fast.forward(c.how, x, kernel, y, List.of());
    Kernel ofOthers = fast.forward(c.how, others, kernel, again, List.of());
    if (held) {
      forward.hold();
      ofOthers.hold();
    }

    forward.run();
    ofOthers.run();
    assertThat(again.rows(c.n - 1, 1).toFloats()).containsExactly(y.rows(0, 1).toFloats());

    float[] once = y.toFloats();
    arena.allocate(1); // so that nothing lies where it lay before
    forward.run();
    assertThat(y.toFloats()).containsExactly(once);
  }

  @Example
  void aConvolutionOfOneImageIsKnownByHand() {
    Convolution how = new Convolution(Window.valid(2, 1, 1), Window.same(3, 2, 2, 1), 1);
    Tensor x = empty(arena, DType.FLOAT32, 1, 2, 3, 1).set(1, 2, 3, 4, 5, 6);
    Tensor kernel = empty(arena, DType.FLOAT32, 2, 2, 1, 1).set(1, 10, 100, 1000);
    for (Convolutions convolutions : List.of(plain, fast)) {
      Tensor y = empty(arena, DType.FLOAT32, 1, 1, 2, 1);
      convolutions.forward(how, x, kernel, y, List.of()).run();
      assertThat(y.toDoubles()).containsExactly(1 + 20 + 400 + 5000, 3 + 600);

      Tensor dx = like(arena, x);
      Tensor dKernel = like(arena, kernel);
      Tensor dy = like(arena, y).set(1, 2);
      convolutions.inputGradient(how, dy, kernel, dx, List.of()).run();
      convolutions.kernelGradient(how, x, dy, dKernel).run();
      assertThat(dx.toDoubles()).containsExactly(1, 10, 2, 100, 1000, 200);
      assertThat(dKernel.toDoubles()).containsExactly(1 + 6, 2, 4 + 12, 5);
    }
  }

  @Example
  void noImagesGiveNoneAndAGradientOfZero() {
    Convolution how = new Convolution(Window.valid(2, 1, 1), Window.valid(2, 1, 1), 1);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = empty(arena, dtype, 0, 3, 3, 2);
      Tensor y = empty(arena, dtype, 0, 2, 2, 4);
      Tensor kernel = normal(arena, 1, dtype, 2, 2, 2, 4);
      fast.forward(how, x, kernel, y, List.of(new Step.One(Unary.TANH, 0))).run();
      fast.inputGradient(how, y, kernel, x, List.of()).run();
      fast.kernelGradient(how, x, y, kernel).run();
      assertThat(kernel.toDoubles()).containsOnly(0);
    }
  }

  @Example
  void nanAndInfinityPassThrough() {
    Convolution how = new Convolution(Window.same(5, 3, 1, 1), Window.same(5, 3, 1, 1), 1);
    Tensor x = normal(arena, 1, 2, 5, 5, 16);
    x.slice(0, 1).set(Double.NaN);
    x.slice(x.size() - 1, 1).set(Double.POSITIVE_INFINITY);
    Tensor kernel = normal(arena, 2, 3, 3, 16, 16);
    Tensor y = empty(arena, DType.FLOAT32, 2, 5, 5, 16);

    fast.forward(how, x, kernel, y, List.of()).run();

    assertThat(y.slice(0, 16).toDoubles()).containsOnly(Double.NaN);
    for (double number : y.slice(y.size() - 16, 16).toDoubles()) {
      assertThat(Math.abs(number)).isEqualTo(Double.POSITIVE_INFINITY);
    }
    assertThat(y.rows(0, 1).slice(4 * 16, 16).toDoubles()).doesNotContain(Double.NaN);
  }

  @Example
  void windowsOfSamePaddingHaveTheirPositions() {
    assertThat(Window.same(7, 3, 2, 1)).isEqualTo(new Window(3, 2, 1, 1, 1));
    assertThat(Window.same(8, 3, 2, 1)).isEqualTo(new Window(3, 2, 1, 0, 1));
    assertThat(Window.same(8, 1, 3, 1)).isEqualTo(new Window(1, 3, 1, 0, 0));
    assertThat(Window.same(5, 2, 1, 3)).isEqualTo(new Window(2, 1, 3, 1, 2));
    assertThat(Window.same(8, 3, 2, 1).positions(8)).isEqualTo(4);
    assertThat(Window.valid(3, 2, 2).positions(8)).isEqualTo(2);
    assertThat(Window.valid(3, 1, 1).positions(2)).isZero();
  }
}
