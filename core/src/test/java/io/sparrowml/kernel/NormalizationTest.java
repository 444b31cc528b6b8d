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
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

/** The fast kernels of normalization against the plain ones. */
@Tag("onednn")
class NormalizationTest {
  private static final double EPS = 1e-5;

  private final Kernels plain = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Arena arena = Arena.root("normalization", 1 << 28);

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
  Arbitrary<Integer> rows() {
    return Arbitraries.of(1, 2, 3, 17, 130);
  }

  @Provide
  Arbitrary<Integer> positions() {
    return Arbitraries.of(1, 1, 2, 5, 49, 400);
  }

  @Provide
  Arbitrary<Integer> groups() {
    return Arbitraries.of(1, 1, 2, 7, 32);
  }

  @Provide
  Arbitrary<Integer> widths() {
    return Arbitraries.of(1, 2, 3, 8, 17, 65);
  }

  @Provide
  Arbitrary<Integer> channels() {
    return Arbitraries.of(1, 2, 3, 8, 16, 17, 48, 65);
  }

  /** The sizes, with fewer rows where they would make many numbers. */
  private static GroupSizes sizes(int rows, int positions, int groups, int width) {
    int row = positions * groups * width;
    return new GroupSizes(Math.max(1, Math.min(rows, 20_000 / row)), positions, groups, width, EPS);
  }

  private Tensor numbers(long seed, GroupSizes s) {
    return normal(arena, seed, s.rows(), s.positions(), s.channels());
  }

  @Property(tries = 80, seed = "1")
  void groupNormalizationEqualsThePlainOne(
      @ForAll("rows") int rows,
      @ForAll("positions") int positions,
      @ForAll("groups") int groups,
      @ForAll("widths") int width,
      @ForAll boolean affine) {
    GroupSizes s = sizes(rows, positions, groups, width);
    Tensor x = numbers(1, s);
    Tensor dy = numbers(2, s);
    Tensor scale = affine ? normal(arena, 3, s.channels()) : null;
    Tensor shift = affine ? normal(arena, 4, s.channels()) : null;
    GroupNormalization expected = plain.groupNormalization();
    GroupNormalization actual = kernels.groupNormalization();
    Tensor wanted = like(arena, x);
    Tensor got = like(arena, x);

    expected.normalize(s, x, scale, shift, wanted).run();
    actual.normalize(s, x, scale, shift, got).run();
    double tolerance = tolerance(positions * width);
    assertClose(got, wanted, tolerance, ofAbout(wanted, largestDeviation(s, x)));

    expected.inputGradient(s, x, dy, scale, wanted).run();
    actual.inputGradient(s, x, dy, scale, got).run();
    assertClose(got, wanted, tolerance, ofAbout(wanted, largestDeviation(s, x)));

    Tensor sums = empty(arena, DType.FLOAT32, s.channels());
    Tensor gotSums = like(arena, sums);
    expected.scaleGradient(s, x, dy, sums).run();
    actual.scaleGradient(s, x, dy, gotSums).run();
    double terms = (double) s.rows() * s.positions();
    assertClose(gotSums, sums, tolerance, ofAbout(sums, terms * largestDeviation(s, x)));
  }

  /** Rounding errors of sums of so many numbers, of the products of some more. */
  private static double tolerance(int terms) {
    return (32 + terms) * EPSILON;
  }

  /** The largest of one over the deviation of a group, by which errors grow, and 1. */
  private double largestDeviation(GroupSizes s, Tensor x) {
    double[] all = x.toDoubles();
    double largest = 1;
    for (int row = 0; row < s.rows(); row++) {
      for (int group = 0; group < s.groups(); group++) {
        double sum = 0;
        double squares = 0;
        for (int position = 0; position < s.positions(); position++) {
          int from = ((row * s.positions() + position) * s.groups() + group) * s.width();
          for (int i = from; i < from + s.width(); i++) {
            sum += all[i];
            squares += all[i] * all[i];
          }
        }
        double count = s.positions() * s.width();
        double variance = squares / count - sum / count * (sum / count);
        largest = Math.max(largest, 1 / Math.sqrt(Math.max(0, variance) + EPS));
      }
    }
    return largest;
  }

  /** What errors are relative to: each number, and the general size. */
  private Tensor ofAbout(Tensor tensor, double size) {
    double[] scales = absolute(arena, tensor).toDoubles();
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scales[i] * size + size;
    }
    return like(arena, tensor).set(scales);
  }

  @Property(tries = 80, seed = "1")
  void batchNormalizationEqualsThePlainOne(
      @ForAll("rows") int most,
      @ForAll("positions") int positions,
      @ForAll("channels") int channels,
      @ForAll boolean affine) {
    int rows = sizes(most, positions, 1, channels).rows();
    Tensor x = normal(arena, 1, rows, positions, channels);
    Tensor dy = normal(arena, 2, rows, positions, channels);
    Tensor scale = affine ? normal(arena, 3, channels) : null;
    Tensor shift = affine ? normal(arena, 4, channels) : null;
    BatchNormalization expected = plain.batchNormalization();
    BatchNormalization actual = kernels.batchNormalization();
    double terms = rows * (double) positions;

    Tensor moments = empty(arena, DType.FLOAT32, 3, channels);
    Tensor gotMoments = like(arena, moments);
    expected.moments(x, moments).run();
    actual.moments(x, gotMoments).run();
    assertThat(gotMoments.rows(0, 1).toFloats()).containsOnly((float) terms);
    assertClose(gotMoments.rows(1, 1), moments.rows(1, 1), tolerance(16), ones(channels, 1));
    assertClose(gotMoments.rows(2, 1), moments.rows(2, 1), tolerance(16), ones(channels, terms));

    Tensor wanted = like(arena, x);
    Tensor got = like(arena, x);
    expected.normalize(0.01, x, moments, scale, shift, wanted, List.of()).run();
    actual.normalize(0.01, x, moments, scale, shift, got, List.of()).run();
    assertClose(got, wanted, tolerance(0), ofAbout(wanted, 10));

    Tensor sums = empty(arena, DType.FLOAT32, 2, channels);
    Tensor gotSums = like(arena, sums);
    expected.sums(0.01, x, moments, dy, sums).run();
    actual.sums(0.01, x, moments, dy, gotSums).run();
    assertClose(gotSums, sums, tolerance(16), ofAbout(sums, terms));

    expected.inputGradient(0.01, x, moments, dy, sums, scale, wanted).run();
    actual.inputGradient(0.01, x, moments, dy, sums, scale, got).run();
    assertClose(got, wanted, tolerance(0), ofAbout(wanted, 100));
  }

  @Property(tries = 60, seed = "1")
  void batchNormalizationIsExactHoweverFarTheMeansAre(
      @ForAll("rows") int most, @ForAll("channels") int channels, @ForAll("means") int mean) {
    int rows = sizes(most, 5, 1, channels).rows();
    Tensor x = normal(arena, 1, rows, 5, channels);
    x.set(Arrays.stream(x.toDoubles()).map(number -> number + mean).toArray());
    Tensor dy = normal(arena, 2, rows, 5, channels);
    Tensor scale = normal(arena, 3, channels);
    BatchNormalization expected = plain.batchNormalization();
    BatchNormalization actual = kernels.batchNormalization();
    Tensor moments = empty(arena, DType.FLOAT32, 3, channels);
    Tensor sums = empty(arena, DType.FLOAT32, 2, channels);
    Tensor gotSums = like(arena, sums);
    Tensor wanted = like(arena, x);
    Tensor got = like(arena, x);
    expected.moments(x, moments).run();
    expected.sums(0.01, x, moments, dy, sums).run();
    actual.sums(0.01, x, moments, dy, gotSums).run();
    assertClose(gotSums, sums, tolerance(32), ofAbout(sums, 5 * rows));
    // Beside its mean, a number itself is rounded as much.
    double tolerance = Math.min(mean, 256) * EPSILON + tolerance(0);

    expected.normalize(0.01, x, moments, scale, null, wanted, List.of()).run();
    actual.normalize(0.01, x, moments, scale, null, got, List.of()).run();
    assertClose(got, wanted, tolerance, ofAbout(wanted, 10));
    expected.inputGradient(0.01, x, moments, dy, sums, scale, wanted).run();
    actual.inputGradient(0.01, x, moments, dy, sums, scale, got).run();
    assertClose(got, wanted, tolerance, ofAbout(wanted, 100));
  }

  @Provide
  Arbitrary<Integer> means() {
    return Arbitraries.of(0, 1, 3, 10, 200, 300, 100_000);
  }

  @Property(tries = 60, seed = "1")
  void stepsBehindBatchNormalizationAreThoseAlone(
      @ForAll("rows") int most, @ForAll("channels") int channels, @ForAll("means") int mean) {
    int rows = sizes(most, 5, 1, channels).rows();
    Tensor x = normal(arena, 1, rows, 5, channels);
    double[] numbers = Arrays.stream(x.toDoubles()).map(number -> number + mean).toArray();
    Tensor moments = empty(arena, DType.FLOAT32, 3, channels);
    kernels.batchNormalization().moments(x.set(numbers), moments).run();
    numbers[0] = Double.NaN;
    numbers[numbers.length - 1] = Double.NEGATIVE_INFINITY;
    x.set(numbers);
    Tensor shift = normal(arena, 2, channels);
    List<Step> steps =
        List.of(
            new Step.Two(Binary.ADD, 0, normal(arena, 3, rows, 5, channels)),
            new Step.One(Unary.LEAKY_RELU, 0),
            new Step.Two(Binary.MULTIPLY, 0, normal(arena, 4, channels)),
            new Step.One(Unary.TANH, 0),
            new Step.One(Unary.SCALE, 3));
    Tensor expected = like(arena, x);
    Tensor actual = like(arena, x);
    BatchNormalization fast = kernels.batchNormalization();

    for (int count = 0; count <= steps.size(); count++) {
      List<Step> then = steps.subList(0, count);
      Kernel alone = fast.normalize(0.01, x, moments, null, shift, expected, List.of());
      kernels.then(alone, expected, then).run();
      fast.normalize(0.01, x, moments, null, shift, actual, then).run();

      assertThat(actual.toFloats()).as("%d steps", count).isEqualTo(expected.toFloats());
    }
  }

  private Tensor ones(int length, double number) {
    double[] all = new double[length];
    Arrays.fill(all, number);
    return empty(arena, DType.FLOAT32, 1, length).set(all);
  }

  @Example
  void momentsOfNumbersFarFromZeroAreExact() {
    Tensor x = empty(arena, DType.FLOAT32, 30_000, 2);
    double[] numbers = new double[60_000];
    for (int i = 0; i < 30_000; i++) {
      // The first tenth lies elsewhere, so no guess from it helps.
      numbers[2 * i] = (i < 3000 ? -4096 : 4096) + (i % 2 == 0 ? 0.5 : -0.5);
      numbers[2 * i + 1] = 4096 + (i % 2 == 0 ? 0.5 : -0.5);
    }
    Tensor moments = empty(arena, DType.FLOAT32, 3, 2);

    kernels.batchNormalization().moments(x.set(numbers), moments).run();

    double between = 8192.0 * 8192 * 3000 * 27_000 / 30_000;
    Tensor expected = like(arena, moments).set(30_000, 30_000, 3276.8, 4096, between + 7500, 7500);
    assertClose(moments, expected, 8 * EPSILON);
  }

  @Example
  void variancesOfNumbersThatAreAllAlikeAreZero() {
    Tensor x = ones(5000, 0.1f).reshape(Shape.of(5000, 1));
    Tensor moments = empty(arena, DType.FLOAT32, 3, 1);
    Tensor y = like(arena, x);

    kernels.batchNormalization().moments(x, moments).run();
    kernels.batchNormalization().normalize(EPS, x, moments, null, null, y, List.of()).run();

    assertThat(moments.toFloats()).containsExactly(5000, 0.1f, 0);
    assertThat(y.toFloats()).containsOnly(0);
  }

  @Example
  void whatIsNotANumberSpoilsItsGroupOrChannelAlone() {
    for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      for (Kernels each : new Kernels[] {kernels, plain}) {
        Tensor x = normal(arena, 1, 40, 3, 4);
        double[] numbers = x.toDoubles();
        numbers[12] = odd;
        Tensor y = like(arena, x.set(numbers));
        GroupSizes s = new GroupSizes(40, 3, 2, 2, EPS);
        each.groupNormalization().normalize(s, x, null, null, y).run();
        double[] all = y.toDoubles();
        for (int i = 0; i < all.length; i++) {
          boolean spoiled = i / 12 == 1 && i % 4 < 2;
          assertThat(Double.isNaN(all[i])).as("number %d", i).isEqualTo(spoiled);
        }
        Tensor moments = empty(arena, DType.FLOAT32, 3, 4);
        each.batchNormalization().moments(x, moments).run();
        each.batchNormalization().normalize(EPS, x, moments, null, null, y, List.of()).run();
        all = y.toDoubles();
        for (int i = 0; i < all.length; i++) {
          assertThat(Double.isNaN(all[i])).as("number %d", i).isEqualTo(i % 4 == 0);
        }
      }
    }
  }

  @Example
  void emptyBatchesHaveNothingToNormalize() {
    for (Kernels each : new Kernels[] {kernels, plain}) {
      Tensor x = empty(arena, DType.FLOAT32, 0, 3, 4);
      GroupSizes s = new GroupSizes(0, 3, 2, 2, EPS);
      Tensor sums = normal(arena, 1, 4);
      Tensor moments = normal(arena, 1, 3, 4);
      Tensor both = normal(arena, 1, 2, 4);

      each.groupNormalization().normalize(s, x, null, null, x).run();
      each.groupNormalization().inputGradient(s, x, x, null, x).run();
      each.groupNormalization().scaleGradient(s, x, x, sums).run();
      each.batchNormalization().moments(x, moments).run();
      each.batchNormalization().normalize(EPS, x, moments, null, null, x, List.of()).run();
      each.batchNormalization().sums(EPS, x, moments, x, both).run();
      each.batchNormalization().inputGradient(EPS, x, moments, x, both, null, x).run();

      assertThat(sums.toFloats()).containsOnly(0);
      assertThat(moments.toFloats()).containsOnly(0);
      assertThat(both.toFloats()).containsOnly(0);
    }
  }

  @Property(tries = 40, seed = "1")
  void aRowOfGroupNormalizationDependsOnTheRowAlone(
      @ForAll("rows") int rows,
      @ForAll("positions") int positions,
      @ForAll("groups") int groups,
      @ForAll("widths") int width,
      @ForAll long seed) {
    GroupSizes s = sizes(rows, positions, groups, width);
    Tensor x = numbers(seed, s);
    Tensor other = numbers(seed + 1, s);
    int shift = RandomKey.of(seed).below(0, s.rows());
    for (int row = 0; row < s.rows(); row += 2) {
      other.rows((row + shift) % s.rows(), 1).copyFrom(x.rows(row, 1));
    }
    if (s.rows() > 1) {
      double[] nothing = new double[s.rowLength()];
      Arrays.fill(nothing, Double.NaN);
      other.rows((1 + shift) % s.rows(), 1).set(nothing);
    }
    Tensor scale = normal(arena, 3, s.channels());
    Tensor expected = like(arena, x);
    Tensor actual = like(arena, x);

    kernels.groupNormalization().normalize(s, x, scale, scale, expected).run();
    kernels.groupNormalization().normalize(s, other, scale, scale, actual).run();

    for (int row = 0; row < s.rows(); row += 2) {
      assertThat(actual.rows((row + shift) % s.rows(), 1).toFloats())
          .isEqualTo(expected.rows(row, 1).toFloats());
    }
  }

  @Property(tries = 30, seed = "1")
  void theSameCallGivesTheSameBits(
      @ForAll("rows") int most, @ForAll("positions") int positions, @ForAll("channels") int width) {
    int rows = sizes(most, positions, 1, width).rows();
    Tensor x = normal(arena, 1, rows, positions, width);
    Tensor dy = normal(arena, 2, rows, positions, width);
    float[] expected = everything(kernels, x, dy);
    arena.allocate(1); // so that nothing lies where it lay before

    assertThat(everything(kernels, x, dy)).isEqualTo(expected);
    try (Kernels others = new OneDnnKernels(1)) {
      assertThat(everything(others, x, dy)).isEqualTo(expected);
    }
  }

  private float[] everything(Kernels each, Tensor x, Tensor dy) {
    int channels = x.shape().dim(2);
    GroupSizes s = new GroupSizes(x.shape().dim(0), x.shape().dim(1), 1, channels, EPS);
    Tensor y = like(arena, x);
    Tensor moments = empty(arena, DType.FLOAT32, 3, channels);
    Tensor sums = empty(arena, DType.FLOAT32, 2, channels);
    Tensor factors = empty(arena, DType.FLOAT32, channels);
    each.groupNormalization().normalize(s, x, null, null, y).run();
    each.groupNormalization().scaleGradient(s, y, dy, factors).run();
    each.batchNormalization().moments(y, moments).run();
    each.batchNormalization().sums(EPS, y, moments, dy, sums).run();
    Tensor dx = like(arena, x);
    each.batchNormalization().inputGradient(EPS, y, moments, dy, sums, factors, dx).run();
    each.groupNormalization().inputGradient(s, x, dx, factors, y).run();
    return y.toFloats();
  }
}
