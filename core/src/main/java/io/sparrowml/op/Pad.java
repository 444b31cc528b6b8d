package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Movement;
import io.sparrowml.kernel.View;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A constant around a tensor, and between its numbers: along each axis of extent m comes {@code
 * before + m + (m - 1) between + after}.
 *
 * @param before how many go before the first along each axis
 * @param after how many go behind the last along each axis
 * @param between how many go between two along each axis
 * @param number what they are
 */
public record Pad(List<Integer> before, List<Integer> after, List<Integer> between, double number)
    implements Op {
  /** Takes copies of the lists. */
  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
    between = List.copyOf(between);
  }

  /** A constant around a tensor alone. */
  public Pad(List<Integer> before, List<Integer> after, double number) {
    this(before, after, Collections.nCopies(before.size(), 0), number);
  }

  /** The extent of so many numbers with as many others between any two. */
  static int span(int count, int between) {
    return count == 0 ? 0 : count + (count - 1) * between;
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    boolean fits =
        before.size() == x.rank() && after.size() == x.rank() && between.size() == x.rank();
    int[] extents = x.dims();
    for (int axis = 0; fits && axis < x.rank(); axis++) {
      fits = before.get(axis) >= 0 && after.get(axis) >= 0 && between.get(axis) >= 0;
      extents[axis] = before.get(axis) + span(x.dim(axis), between.get(axis)) + after.get(axis);
    }
    if (!fits) {
      throw new ShapeException(
          "pad expects a number of at least 0 for each axis of %s, got %s before, %s after and %s"
                  .formatted(x, before, after, between)
              + " between");
    }
    return Shape.of(extents);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Movement movement = kernels.movement();
    Tensor x = in.get(0);
    List<Integer> step = between.stream().map(count -> count + 1).toList();
    View target = Slice.part(View.of(out.shape()), before, x.shape(), step);
    Kernel fill = movement.fill(number, out);
    Kernel copy = movement.copy(x, View.of(x.shape()), out, target);
    return () -> {
      fill.run();
      copy.run();
    };
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<Integer> end = new ArrayList<>();
    List<Integer> step = new ArrayList<>();
    for (int axis = 0; axis < before.size(); axis++) {
      end.add(before.get(axis) + span(in.get(0).shape().dim(axis), between.get(axis)));
      step.add(between.get(axis) + 1);
    }
    return List.of(dOut.engine().apply(new Slice(before, end, step), List.of(dOut)));
  }
}
