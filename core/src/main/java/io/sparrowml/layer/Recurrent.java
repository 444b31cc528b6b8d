package io.sparrowml.layer;

import io.sparrowml.config.Ranges;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link Lstm} and {@link Gru} share: steps, masks and directions. */
final class Recurrent {
  /** What a layer does in one direction. */
  @FunctionalInterface
  interface Direction {
    /**
     * The trace {@code [t, planes, n, units]}, the outputs in its last plane.
     *
     * @param sequence {@code [t, n, features]}, and its mask
     * @param reverse whether from the last step to the first
     */
    Value trace(Sequence sequence, boolean reverse, Parameters p);
  }

  /**
   * Sequences with the time first.
   *
   * @param steps {@code [t, n, features]}
   * @param mask {@code [t, n]}, or null when all steps are real
   */
  record Sequence(Value steps, @Nullable Value mask) {
    /** The features of all steps times a kernel, plus a bias: {@code [t, n, gates]}. */
    Value project(Value kernel, Value bias) {
      Shape shape = steps.shape();
      Value rows = steps.reshape(Shape.of(shape.dim(0) * shape.dim(1), shape.dim(2)));
      return rows.matmul(kernel).add(bias).reshape(shape.with(2, bias.shape().dim(0)));
    }

    /** How many features a step has. */
    int features() {
      return steps.shape().dim(2);
    }

    /** Applies an operation to these, with the mask behind them. */
    Value scan(Op scan, Value... inputs) {
      List<Value> all = new ArrayList<>(List.of(inputs));
      if (mask != null) {
        all.add(mask);
      }
      return steps.engine().apply(scan, all);
    }
  }

  private Recurrent() {}

  static void check(int units) {
    Ranges.atLeastOne("units", units);
  }

  /**
   * The layer's output: of the last step {@code [n, units]}, or of all {@code [n, t, units]}; both
   * directions side by side where there are two.
   *
   * @param name of the layer
   */
  static Value apply(
      String name,
      Direction direction,
      boolean returnSequences,
      boolean bidirectional,
      Value x,
      Parameters p) {
    if (x.shape().rank() != 3 || x.shape().dim(1) == 0) {
      throw new ShapeException(name + " expects [n, t, features] with steps, got " + x.shape());
    }
    Value mask = p.mask();
    Sequence sequence =
        new Sequence(x.transpose(1, 0, 2), mask == null ? null : mask.transpose(1, 0));
    if (!returnSequences) {
      p.setMask(null);
    }
    if (!bidirectional) {
      return outputs(direction.trace(sequence, false, p), returnSequences, false);
    }
    Value forward = direction.trace(sequence, false, p.scope("forward"));
    Value backward = direction.trace(sequence, true, p.scope("backward"));
    return outputs(forward, returnSequences, false)
        .concat(-1, outputs(backward, returnSequences, true));
  }

  private static Value outputs(Value trace, boolean all, boolean reverse) {
    Shape shape = trace.shape();
    int t = shape.dim(0);
    int n = shape.dim(2);
    int units = shape.dim(3);
    int last = shape.dim(1) - 1;
    if (all) {
      Value outputs = trace.slice(1, last, last + 1).reshape(Shape.of(t, n, units));
      return outputs.transpose(1, 0, 2);
    }
    Value step = reverse ? trace.slice(0, 0, 1) : trace.slice(0, t - 1, t);
    return step.slice(1, last, last + 1).reshape(Shape.of(n, units));
  }
}
