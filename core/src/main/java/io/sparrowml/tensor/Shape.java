package io.sparrowml.tensor;

import java.io.Serializable;
import java.util.Arrays;

/** The extents of a tensor, outermost first; a scalar has none. */
public final class Shape implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Shape SCALAR = new Shape();

  private final int[] dims;
  private final long size;

  private Shape(int... dims) {
    this.dims = dims;
    long product = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new ShapeException(
            "shape expects extents of at least 0, got " + Arrays.toString(dims));
      }
      product = Math.multiplyExact(product, (long) dim);
    }
    this.size = product;
  }

  /** A shape of these extents. */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** How many extents there are. */
  public int rank() {
    return dims.length;
  }

  /** The extent of an axis; negative axes count from the last, which is -1. */
  public int dim(int axis) {
    int index = axis < 0 ? axis + dims.length : axis;
    if (index < 0 || index >= dims.length) {
      throw new ShapeException("shape " + this + " has no axis " + axis);
    }
    return dims[index];
  }

  /** The product of the extents: how many numbers a tensor of this shape holds. */
  public long size() {
    return size;
  }

  /** A copy of the extents. */
  public int[] dims() {
    return dims.clone();
  }

  /** The axes from {@code from} to the last. */
  public Shape from(int from) {
    return of(Arrays.copyOfRange(dims, from, dims.length));
  }

  /** This shape behind one more, outermost axis: {@code [28, 28]} to {@code [n, 28, 28]}. */
  public Shape prepend(int dim) {
    int[] all = new int[dims.length + 1];
    all[0] = dim;
    System.arraycopy(dims, 0, all, 1, dims.length);
    return new Shape(all);
  }

  /** This shape before one more, innermost axis: {@code [n]} to {@code [n, classes]}. */
  public Shape append(int dim) {
    int[] all = Arrays.copyOf(dims, dims.length + 1);
    all[dims.length] = dim;
    return new Shape(all);
  }

  /** This shape with another extent on one axis; negative axes count from the last. */
  public Shape with(int axis, int dim) {
    int[] all = dims.clone();
    all[axis < 0 ? axis + all.length : axis] = dim;
    return new Shape(all);
  }

  /**
   * The shape that two operands of these shapes have together: axes are aligned at the last, and an
   * axis of extent 1 stretches.
   *
   * @throws ShapeException when two extents differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] all = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        throw new ShapeException(
            "expects shapes whose aligned extents are equal or 1, got " + a + " and " + b);
      }
      all[rank - i] = x == 1 ? y : x;
    }
    return new Shape(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
