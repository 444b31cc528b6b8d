package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.View;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tensor: along each axis the indices {@code begin, begin + step, ...} below {@code
 * end}.
 *
 * @param begin the first index along each axis
 * @param end the index behind the last along each axis
 * @param step from one index to the next along each axis, at least 1
 */
public record Slice(List<Integer> begin, List<Integer> end, List<Integer> step) implements Op {
  /** Takes copies of the lists. */
  public Slice {
    begin = List.copyOf(begin);
    end = List.copyOf(end);
    step = List.copyOf(step);
  }

  /** Every number between {@code begin} and {@code end}. */
  public Slice(List<Integer> begin, List<Integer> end) {
    this(begin, end, Collections.nCopies(begin.size(), 1));
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    boolean fits = begin.size() == x.rank() && end.size() == x.rank() && step.size() == x.rank();
    int[] extents = x.dims();
    for (int axis = 0; fits && axis < x.rank(); axis++) {
      int from = begin.get(axis);
      int to = end.get(axis);
      fits = 0 <= from && from <= to && to <= x.dim(axis) && step.get(axis) >= 1;
      extents[axis] = fits ? (to - from + step.get(axis) - 1) / step.get(axis) : 0;
    }
    if (!fits) {
      throw new ShapeException(
          "slice expects a part of %s with steps of at least 1, got %s to %s by %s"
              .formatted(x, begin, end, step));
    }
    return Shape.of(extents);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    View source = part(View.of(in.get(0).shape()), begin, out.shape(), step);
    return kernels.movement().copy(in.get(0), source, out, View.of(out.shape()));
  }

  /** What a view sees from {@code begin} on, of these extents. */
  static View part(View all, List<Integer> begin, Shape extents, List<Integer> step) {
    View part = all;
    for (int axis = 0; axis < extents.rank(); axis++) {
      part = part.part(axis, begin.get(axis), extents.dim(axis), step.get(axis));
    }
    return part;
  }

  /** Zeros around and between the gradient's numbers. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<Integer> after = new ArrayList<>();
    List<Integer> between = new ArrayList<>();
    for (int axis = 0; axis < begin.size(); axis++) {
      int span = Pad.span(out.shape().dim(axis), step.get(axis) - 1);
      after.add(in.get(0).shape().dim(axis) - begin.get(axis) - span);
      between.add(step.get(axis) - 1);
    }
    return List.of(dOut.engine().apply(new Pad(begin, after, between, 0), List.of(dOut)));
  }
}
