package io.sparrowml.kernel;

import io.sparrowml.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Some of a tensor's numbers in some order, without a copy: the number at index {@code (i, j, ...)}
 * lies at {@code offset + i strides[0] + j strides[1] + ...}.
 *
 * @param offset of the first number, in numbers
 * @param extents how many there are along each axis
 * @param strides how far apart they lie along each axis, in numbers
 */
public record View(int offset, List<Integer> extents, List<Integer> strides) {
  /** Takes copies of the lists. */
  public View {
    extents = List.copyOf(extents);
    strides = List.copyOf(strides);
  }

  /** All numbers of a tensor of this shape, in their order. */
  public static View of(Shape shape) {
    List<Integer> extents = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    int stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      extents.add(0, shape.dim(axis));
      strides.add(0, stride);
      stride *= shape.dim(axis);
    }
    return new View(0, extents, strides);
  }

  /** The same numbers, the axes in another order: axis i is axis {@code permutation[i]} of this. */
  public View permuted(List<Integer> permutation) {
    return new View(
        offset,
        permutation.stream().map(extents::get).toList(),
        permutation.stream().map(strides::get).toList());
  }

  /**
   * A part along one axis.
   *
   * @param from the first index
   * @param count how many there are
   * @param step from one index to the next
   */
  public View part(int axis, int from, int count, int step) {
    List<Integer> fewer = new ArrayList<>(extents);
    List<Integer> wider = new ArrayList<>(strides);
    fewer.set(axis, count);
    wider.set(axis, strides.get(axis) * step);
    return new View(offset + from * strides.get(axis), fewer, wider);
  }

  /** How many numbers there are. */
  public int size() {
    return extents.stream().reduce(1, Math::multiplyExact);
  }

  /** Where the numbers lie, in the view's order. */
  int[] places() {
    int[] places = {offset};
    for (int axis = 0; axis < extents.size(); axis++) {
      int[] finer = new int[places.length * extents.get(axis)];
      for (int i = 0; i < finer.length; i++) {
        finer[i] = places[i / extents.get(axis)] + i % extents.get(axis) * strides.get(axis);
      }
      places = finer;
    }
    return places;
  }
}
