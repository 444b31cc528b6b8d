package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.EPSILON;
import static io.sparrowml.kernel.Numbers.absolute;
import static io.sparrowml.kernel.Numbers.assertClose;
import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.floats;
import static io.sparrowml.kernel.Numbers.like;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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

@Tag("onednn")
class MovementTest {
  private final Kernels plainKernels = new PlainKernels();
  private final Kernels kernels = new OneDnnKernels(1);
  private final Movement plain = plainKernels.movement();
  private final Movement fast = kernels.movement();
  private final Arena arena = Arena.root("movement", 1 << 28);

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
  Arbitrary<int[]> dims() {
    return Arbitraries.of(0, 1, 2, 3, 5, 8, 17).array(int[].class).ofMaxSize(4);
  }

  @Property(tries = 300, seed = "1")
  void axesInAnotherOrderEqualThePlainOnes(@ForAll("dims") int[] dims, @ForAll Random order) {
    Tensor x = normal(arena, 1, dims);
    if (x.size() > 0) {
      x.slice(x.size() - 1, 1).set(Double.NaN);
    }
    List<Integer> permutation = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      permutation.add(axis);
    }
    Collections.shuffle(permutation, order);
    View source = View.of(x.shape()).permuted(permutation);
    Shape shape = Shape.of(permutation.stream().mapToInt(axis -> dims[axis]).toArray());

    assertSameCopies(x, source, shape, View.of(shape));
  }

  @Property(tries = 300, seed = "1")
  void partsEqualThePlainOnesOnBothSides(
      @ForAll("dims") int[] dims,
      @ForAll @IntRange(max = 2) int before,
      @ForAll @IntRange(min = 1, max = 3) int step,
      @ForAll boolean ends) {
    int[] wider = dims.clone();
    for (int axis = 0; axis < dims.length; axis += 2) {
      // Where the last number is that of the axis, rows lie closer than their numbers' steps.
      wider[axis] = before + dims[axis] * step - (ends && dims[axis] > 0 ? step - 1 : 0);
    }
    Shape large = Shape.of(wider);
    Shape small = Shape.of(dims);
    View part = View.of(large);
    for (int axis = 0; axis < dims.length; axis += 2) {
      part = part.part(axis, before, dims[axis], step);
    }

    assertSameCopies(normal(arena, 1, wider), part, small, View.of(small));
    assertSameCopies(normal(arena, 1, dims), View.of(small), large, part);
  }

  private void assertSameCopies(Tensor x, View source, Shape shape, View target) {
    Tensor expected = normal(arena, 2, shape.dims());
    Tensor actual = normal(arena, 2, shape.dims());
    plain.copy(x, source, expected, target).run();
    Kernel copy = fast.copy(x, source, actual, target);
    copy.run();
    copy.run();
    assertThat(actual.toFloats()).containsExactly(expected.toFloats());

    Tensor wide = empty(arena, DType.FLOAT64, x.shape().dims()).set(x.toDoubles());
    Tensor copied = normal(arena, 2, DType.FLOAT64, shape.dims());
    plain.fill(0, expected).run();
    plain.fill(0, copied).run();
    plain.copy(x, source, expected, target).run();
    fast.copy(wide, source, copied, target).run();
    assertThat(copied.toDoubles()).containsExactly(expected.toDoubles());
  }

  @Property(tries = 200, seed = "1")
  void rowsLookedUpAndAddedEqualThePlainOnes(
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 70) int width) {
    Tensor ids = empty(arena, DType.FLOAT32, count);
    for (int i = 0; i < count; i++) {
      ids.slice(i, 1).set(RandomKey.of(rows).below(i, rows));
    }
    Tensor table = normal(arena, 1, rows, width);
    Tensor expected = empty(arena, DType.FLOAT32, count, width);
    Tensor actual = like(arena, expected);
    plain.gather(table, ids, expected).run();
    fast.gather(table, ids, actual).run();
    assertThat(actual.toFloats()).containsExactly(expected.toFloats());

    Tensor x = normal(arena, 2, count, width);
    Tensor sums = like(arena, table);
    Tensor scale = like(arena, table);
    Tensor actualSums = normal(arena, 3, rows, width);
    plain.scatterRows(ids, x, sums).run();
    plain.scatterRows(ids, absolute(arena, x), scale).run();
    Kernel scatter = fast.scatterRows(ids, x, actualSums);
    scatter.run();
    float[] once = actualSums.toFloats();
    scatter.run();
    assertThat(actualSums.toFloats()).containsExactly(once);
    assertClose(actualSums, sums, (count + 1) * EPSILON, scale);
  }

  @Example
  void filledTensorsHoldTheNumber() {
    for (int size : new int[] {0, 1, 2047, 2048, 5000}) {
      Tensor out = normal(arena, 1, size);
      fast.fill(-0.5, out).run();
      float[] expected = new float[size];
      Arrays.fill(expected, -0.5f);
      assertThat(out.toFloats()).containsExactly(expected);
    }
    Tensor wide = normal(arena, 1, DType.FLOAT64, 3);
    fast.fill(0.1, wide).run();
    assertThat(wide.toDoubles()).containsOnly(0.1);
  }

  @Example
  void idsOutOfRangeAreRefused() {
    Tensor table = normal(arena, 1, 4, 2);
    Tensor x = normal(arena, 1, 3, 2);
    for (Movement movement : List.of(plain, fast)) {
      for (double id : new double[] {4, -1, 0.5, Double.NaN}) {
        Tensor ids = floats(arena, 3, id, 0);
        assertThatThrownBy(() -> movement.gather(table, ids, x).run())
            .isInstanceOf(KernelException.class)
            .hasMessage("gather expects whole ids in [0, 4), got " + id + " at index 1");
        assertThatThrownBy(() -> movement.scatterRows(ids, x, table).run())
            .isInstanceOf(KernelException.class)
            .hasMessage("scatter rows expects whole ids in [0, 4), got " + id + " at index 1");
      }
    }
  }
}
