package io.sparrowml.op;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operations of recurrent layers share. */
final class Scans {
  private Scans() {}

  /** The inputs, and a mask behind them where there is one among these at this place. */
  static List<Value> withMask(List<Value> all, int place, Value... inputs) {
    List<Value> masked = new ArrayList<>(List.of(inputs));
    masked.addAll(all.subList(place, all.size()));
    return masked;
  }

  /** Gradients of the first inputs; a mask has none. */
  static List<@Nullable Value> gradients(List<Value> in, Value... first) {
    List<@Nullable Value> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Collections.nCopies(in.size() - first.length, null));
    return all;
  }

  /**
   * Whether the shapes are {@code [t, n, gates units], [units, gates units]} and, at the end where
   * there is one, a mask {@code [t, n]}.
   *
   * @param others how many inputs come between kernel and mask
   */
  static boolean fits(List<Shape> in, int gates, int others) {
    Shape x = in.get(0);
    Shape kernel = in.get(1);
    return x.rank() == 3
        && kernel.rank() == 2
        && kernel.dim(0) > 0
        && kernel.dim(1) == gates * kernel.dim(0)
        && x.dim(2) == kernel.dim(1)
        && (in.size() == 2 + others || in.get(2 + others).equals(Shape.of(x.dim(0), x.dim(1))));
  }

  /** The shape of a gradient {@code [t, ...parts, n, gates units]} from those of its inputs. */
  static Shape ofGradient(String name, List<Shape> in, int planes, int gates, int... parts) {
    Shape kernel = in.get(0);
    Shape trace = in.get(1);
    boolean fits =
        trace.rank() == 4
            && trace.dim(1) == planes
            && kernel.equals(Shape.of(trace.dim(3), gates * trace.dim(3)))
            && in.get(2).equals(trace)
            && (in.size() == 3 || in.get(3).equals(Shape.of(trace.dim(0), trace.dim(2))));
    if (!fits) {
      throw new ShapeException(
          "%s expects [units, %d units], twice [t, %d, n, units]%s, got %s"
              .formatted(name, gates, planes, in.size() == 3 ? "" : " and [t, n]", in));
    }
    int[] dims = {trace.dim(0), trace.dim(2), kernel.dim(1)};
    return parts.length == 0 ? Shape.of(dims) : Shape.of(dims[0], parts[0], dims[1], dims[2]);
  }

  /**
   * The gradient of a recurrent kernel: the sum over the steps of {@code h_(t-1)' d_t}.
   *
   * @param trace {@code [t, planes, n, units]}, the state in its last plane
   * @param dSums {@code [t, parts, n, gates]}, that of the recurrent sums in its last part
   */
  static Value kernelGradient(Value trace, Value dSums, boolean reverse) {
    int later = Math.max(trace.shape().dim(0) - 1, 0);
    int t = trace.shape().dim(0);
    Value before = reverse ? last(trace, t - later, t) : last(trace, 0, later);
    Value after = reverse ? last(dSums, 0, later) : last(dSums, t - later, t);
    return before.engine().apply(new MatMul(true, false), List.of(before, after));
  }

  /** The last part {@code [t, parts, n, width]} of some steps, as rows. */
  private static Value last(Value x, int from, int to) {
    Shape shape = x.shape();
    int parts = shape.dim(1);
    Slice slice =
        new Slice(List.of(from, parts - 1, 0, 0), List.of(to, parts, shape.dim(2), shape.dim(3)));
    Value part = x.engine().apply(slice, List.of(x));
    return part.reshape(Shape.of((to - from) * shape.dim(2), shape.dim(3)));
  }

  /** What the gradient of a scan says when it is differentiated. */
  static UnsupportedOperationException once(String scan) {
    return new UnsupportedOperationException(
        "%s expects to be differentiated once, got a gradient of its gradient".formatted(scan));
  }
}
