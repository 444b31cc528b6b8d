package io.sparrowml.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void axesCountFromBothEnds() {
    Shape shape = Shape.of(2, 3, 4);

    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.size()).isEqualTo(24);
    assertThat(shape.dim(0)).isEqualTo(shape.dim(-3)).isEqualTo(2);
    assertThat(shape.dim(2)).isEqualTo(shape.dim(-1)).isEqualTo(4);
    assertThatThrownBy(() -> shape.dim(3))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape [2, 3, 4] has no axis 3");
    assertThatThrownBy(() -> shape.dim(-4))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape [2, 3, 4] has no axis -4");
  }

  @Test
  void aScalarHasNoExtentAndOneNumber() {
    assertThat(Shape.of().rank()).isZero();
    assertThat(Shape.of().size()).isEqualTo(1);
    assertThat(Shape.of()).hasToString("[]");
  }

  @Test
  void shapesAreValues() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 5;
    shape.dims()[1] = 5;

    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape).isNotEqualTo(Shape.of(3, 2));
  }

  @Test
  void shapesAreMadeFromShapes() {
    Shape image = Shape.of(28, 28, 1);

    assertThat(image.prepend(128)).isEqualTo(Shape.of(128, 28, 28, 1));
    assertThat(image.prepend(128).from(1)).isEqualTo(image);
    assertThat(image.from(3)).isEqualTo(Shape.of());
    assertThat(image.with(-1, 3)).isEqualTo(Shape.of(28, 28, 3));
    assertThat(image.with(0, 1)).isEqualTo(Shape.of(1, 28, 1));
  }

  @Test
  void impossibleShapesAreRefused() {
    assertThatThrownBy(() -> Shape.of(2, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessage("shape expects extents of at least 0, got [2, -1]");
  }

  @Test
  void broadcastingAlignsAtTheLastAxis() {
    assertThat(Shape.broadcast(Shape.of(128, 512), Shape.of(512))).isEqualTo(Shape.of(128, 512));
    assertThat(Shape.broadcast(Shape.of(3, 1), Shape.of(1, 4))).isEqualTo(Shape.of(3, 4));
    assertThat(Shape.broadcast(Shape.of(), Shape.of(2, 0))).isEqualTo(Shape.of(2, 0));
    assertThatThrownBy(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("expects shapes whose aligned extents are equal or 1, got [2, 3] and [2]");
  }

  @Provide
  Arbitrary<int[]> dims() {
    return Arbitraries.integers().between(1, 5).array(int[].class).ofMaxSize(4);
  }

  @Property(seed = "1")
  void broadcastingIsCommutativeAndIdempotent(@ForAll("dims") int[] dims, @ForAll int ones) {
    Shape full = Shape.of(dims);
    for (int axis = 0; axis < dims.length; axis++) {
      if ((ones >> axis & 1) == 1) {
        dims[axis] = 1;
      }
    }
    Shape stretched = Shape.of(dims);

    assertThat(Shape.broadcast(full, stretched)).isEqualTo(full);
    assertThat(Shape.broadcast(stretched, full)).isEqualTo(full);
    assertThat(Shape.broadcast(full, full)).isEqualTo(full);
  }

  @Test
  void anErrorGathersItsPathFromTheInsideOut() {
    ShapeException inner = new ShapeException("matmul expects [n, k] and [k, m], got [1] and [2]");

    assertThat(inner.at("1").at("encoder"))
        .hasMessage("encoder/1: matmul expects [n, k] and [k, m], got [1] and [2]")
        .hasRootCause(inner);
  }
}
