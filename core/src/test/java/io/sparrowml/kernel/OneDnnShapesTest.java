package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.AfterTry;

@Tag("onednn")
class OneDnnShapesTest {
  private final Kernels plain = new PlainKernels();

  private final Kernels kernels = new OneDnnKernels(1);
  private final Arena arena = Arena.root("shapes", 1 << 28);

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
  Arbitrary<Integer> extents() {
    return Arbitraries.of(1, 2, 3, 7, 8, 16, 17, 31, 64, 65, 129);
  }

  @Provide
  Arbitrary<int[]> dims() {
    return Arbitraries.integers().between(1, 7).array(int[].class).ofMaxSize(4);
  }

  @Property(tries = 300, seed = "1")
  void productsEqualThePlainOnes(
      @ForAll("extents") int n,
      @ForAll("extents") int k,
      @ForAll("extents") int m,
      @ForAll boolean transposeA,
      @ForAll boolean transposeB) {
    Tensor a = transposeA ? normal(arena, 1, k, n) : normal(arena, 1, n, k);
    Tensor b = transposeB ? normal(arena, 2, m, k) : normal(arena, 2, k, m);
    Tensor expected = empty(arena, DType.FLOAT32, n, m);
    Tensor scale = like(arena, expected);
    Tensor actual = like(arena, expected);

    plain.matmul(a, transposeA, b, transposeB, expected).run();
    plain.matmul(absolute(arena, a), transposeA, absolute(arena, b), transposeB, scale).run();
    kernels.matmul(a, transposeA, b, transposeB, actual).run();

    assertClose(actual, expected, (k + 1) * EPSILON, scale);
  }

  @Provide
  Arbitrary<int[]> batches() {
    return Arbitraries.of(1, 2, 3, 5).array(int[].class).ofMinSize(1).ofMaxSize(2);
  }

  @Property(tries = 200, seed = "1")
  void productsOfBatchesEqualThePlainOnes(
      @ForAll("batches") int[] batches,
      @ForAll @IntRange(min = 1, max = 40) int n,
      @ForAll @IntRange(min = 1, max = 40) int k,
      @ForAll @IntRange(min = 1, max = 40) int m,
      @ForAll boolean transposeA,
      @ForAll boolean transposeB) {
    Shape batch = Shape.of(batches);
    Shape left = transposeA ? batch.append(k).append(n) : batch.append(n).append(k);
    Shape right = transposeB ? batch.append(m).append(k) : batch.append(k).append(m);
    Tensor a = normal(arena, 1, left.dims());
    Tensor b = normal(arena, 2, right.dims());
    Tensor expected = empty(arena, DType.FLOAT32, batch.append(n).append(m).dims());
    Tensor scale = like(arena, expected);
    Tensor actual = like(arena, expected);

    plain.matmul(a, transposeA, b, transposeB, expected).run();
    plain.matmul(absolute(arena, a), transposeA, absolute(arena, b), transposeB, scale).run();
    kernels.matmul(a, transposeA, b, transposeB, actual).run();

    assertClose(actual, expected, (k + 1) * EPSILON, scale);
  }

  @Property(tries = 500, seed = "1")
  void stretchingEqualsThePlainOne(
      @ForAll("dims") int[] dims,
      @ForAll @IntRange(max = 15) int onesOfA,
      @ForAll @IntRange(max = 15) int onesOfB,
      @ForAll Binary function) {
    int[] dimsOfA = withOnes(dims, onesOfA);
    int[] dimsOfB = withOnes(dims, onesOfB & ~onesOfA);
    Tensor a = normal(arena, 1, dimsOfA);
    Tensor b = normal(arena, 2, withoutLeadingOnes(dimsOfB));
    Tensor expected = empty(arena, DType.FLOAT32, dims);
    Tensor actual = empty(arena, DType.FLOAT32, dims);

    plain.binary(function, 0.01, a, b, expected).run();
    kernels.binary(function, 0.01, a, b, actual).run();
    assertClose(actual, expected, 2 * EPSILON);

    plain.binary(function, 0.01, b, a, expected).run();
    kernels.binary(function, 0.01, b, a, actual).run();
    assertClose(actual, expected, 2 * EPSILON);

    plain.broadcastTo(b, expected).run();
    kernels.broadcastTo(b, actual).run();
    assertClose(actual, expected, 0);
  }

  @Property(tries = 500, seed = "1")
  void sumsEqualThePlainOnes(@ForAll("dims") int[] dims, @ForAll @IntRange(max = 15) int ones) {
    int[] to = withoutLeadingOnes(withOnes(dims, ones));
    Tensor x = normal(arena, 1, dims);
    Tensor expected = empty(arena, DType.FLOAT32, to);
    Tensor scale = empty(arena, DType.FLOAT32, to);
    Tensor actual = empty(arena, DType.FLOAT32, to);

    plain.sumTo(x, expected).run();
    plain.sumTo(absolute(arena, x), scale).run();
    kernels.sumTo(x, actual).run();

    assertClose(actual, expected, (x.size() / actual.size() + 1) * EPSILON, scale);
  }

  private static int[] withOnes(int[] dims, int ones) {
    int[] changed = dims.clone();
    for (int axis = 0; axis < dims.length; axis++) {
      if ((ones >> axis & 1) == 1) {
        changed[axis] = 1;
      }
    }
    return changed;
  }

  private static int[] withoutLeadingOnes(int[] dims) {
    int from = 0;
    while (from < dims.length && dims[from] == 1) {
      from++;
    }
    return Arrays.copyOfRange(dims, from, dims.length);
  }
}
