package io.sparrowml.autograd;

import io.sparrowml.op.Add;
import io.sparrowml.op.Conv2d;
import io.sparrowml.op.MatMul;
import io.sparrowml.op.Multiply;
import io.sparrowml.op.Op;
import io.sparrowml.op.Reshape;
import io.sparrowml.op.Subtract;
import io.sparrowml.op.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values written anew for inference, where parameters are held still: a factor for each channel of
 * a product or a convolution goes into its kernel, and terms for each channel add up to one:
 *
 * <pre>
 * (x K) s      ->  x (K s)
 * (u + t) s    ->  u s + t s
 * (u + t) + r  ->  u + (t + r)
 * </pre>
 *
 * <p>So batch normalization behind a convolution leaves nothing but the convolution's bias. Only
 * what a single value uses is written anew: nothing is computed twice.
 */
final class Folding {
  private final List<Value> outputs;
  private final Set<Value> held;
  private final Set<Value> shared = new HashSet<>();
  private final Map<Value, Value> folded = new HashMap<>();

  /**
   * Folds what outputs are made of.
   *
   * @param still leaves that are held still
   */
  Folding(List<Value> outputs, Set<Value> still) {
    List<Value> values = Schedule.needed(outputs);
    this.held = Schedule.held(values, still);
    Set<Value> used = new HashSet<>(outputs);
    for (Value value : values) {
      for (Value input : value.inputs()) {
        if (!used.add(input)) {
          shared.add(input);
        }
      }
    }
    shared.addAll(outputs);
    for (Value value : values) {
      Value anew = held.contains(value) ? value : folded(value);
      folded.put(value, anew);
      if (shared.contains(value)) {
        shared.add(anew);
      }
    }
    this.outputs = outputs.stream().map(this::anew).toList();
  }

  /** The outputs, in their order. */
  List<Value> outputs() {
    return outputs;
  }

  private Value anew(Value value) {
    return folded.getOrDefault(value, value);
  }

  private Value folded(Value value) {
    Op op = value.op();
    if (op == null) {
      return value;
    }
    List<Value> inputs = value.inputs().stream().map(this::anew).toList();
    Value shorter = shorter(op, inputs);
    if (shorter != null && shorter.shape().equals(value.shape())) {
      return shorter;
    }
    return inputs.equals(value.inputs()) ? value : value.engine().apply(op, inputs);
  }

  private @Nullable Value shorter(Op op, List<Value> inputs) {
    if (op instanceof Multiply || op instanceof Add) {
      int term = channels(inputs, 1) ? 1 : 0;
      Value of = inputs.get(1 - term);
      Value by = inputs.get(term);
      if (!channels(inputs, term)) {
        return null;
      }
      return op instanceof Add ? shifted(of, by, false) : scaled(of, by);
    }
    return op instanceof Subtract && channels(inputs, 1)
        ? shifted(inputs.get(0), inputs.get(1), true)
        : null;
  }

  /** Whether one of two inputs is held still and has at most one number for each channel. */
  private boolean channels(List<Value> inputs, int which) {
    Value term = inputs.get(which);
    Value other = inputs.get(1 - which);
    return held.contains(term)
        && term.shape().rank() <= 1
        && other.shape().rank() > 1
        && (term.shape().size() == 1 || term.shape().dim(-1) == other.shape().dim(-1));
  }

  /** A value times a factor for each channel that goes into what made it, or null. */
  private @Nullable Value scaled(Value value, Value factor) {
    Op op = value.op();
    if (op == null || shared.contains(value)) {
      return null;
    }
    List<Value> inputs = value.inputs();
    Value first = inputs.get(0);
    if (op instanceof Conv2d || (op instanceof MatMul product && isFoldable(product, inputs))) {
      Value kernel = inputs.get(1);
      return held.contains(kernel)
          ? value.engine().apply(op, List.of(first, held(kernel.multiply(factor))))
          : null;
    } else if (op instanceof Add || op instanceof Subtract) {
      int term = op instanceof Subtract || channels(inputs, 1) ? 1 : 0;
      Value of = channels(inputs, term) ? scaled(inputs.get(1 - term), factor) : null;
      return of == null
          ? null
          : value.engine().apply(op, List.of(of, held(inputs.get(term).multiply(factor))));
    }
    Value of = isOfChannels(value) ? scaled(first, factor) : null;
    return of == null ? null : of.reshape(value.shape());
  }

  private static boolean isFoldable(MatMul product, List<Value> inputs) {
    return !product.transposeB() && inputs.get(1).shape().rank() == 2;
  }

  /** A value and a term for each channel that adds up with one that is there already, or null. */
  private @Nullable Value shifted(Value value, Value term, boolean negative) {
    Op op = value.op();
    if (op == null || shared.contains(value)) {
      return null;
    }
    List<Value> inputs = value.inputs();
    if (op instanceof Add) {
      int other = channels(inputs, 1) ? 1 : 0;
      Value there = inputs.get(other);
      return channels(inputs, other)
          ? inputs.get(1 - other).add(held(negative ? there.subtract(term) : there.add(term)))
          : null;
    } else if (op instanceof Subtract) {
      Value there = inputs.get(1);
      return channels(inputs, 1)
          ? inputs.get(0).subtract(held(negative ? there.add(term) : there.subtract(term)))
          : null;
    }
    Value of = isOfChannels(value) ? shifted(inputs.get(0), term, negative) : null;
    return of == null ? null : of.reshape(value.shape());
  }

  /** Whether a value is another one in a shape with the same channels. */
  private static boolean isOfChannels(Value value) {
    return value.op() instanceof Reshape
        && value.shape().rank() > 1
        && value.inputs().get(0).shape().rank() > 1
        && value.inputs().get(0).shape().dim(-1) == value.shape().dim(-1);
  }

  private Value held(Value value) {
    held.add(value);
    return value;
  }
}
