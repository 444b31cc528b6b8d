package io.sparrowml.autograd;

import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gradients by reverse accumulation of the chain rule (Rumelhart, Hinton and Williams, 1986).
 *
 * <p>Values are walked from the last made to the first; each hands the gradient with respect to
 * itself on to its inputs. The walk is written in operations, so it runs on any engine and its
 * results can be differentiated again.
 */
public final class Gradients {
  private final Map<Value, Value> gradients = new HashMap<>();
  private final Set<Value> relevant;
  private final @Nullable Set<Value> kept;

  private Gradients(Set<Value> relevant, @Nullable Set<Value> kept) {
    this.relevant = relevant;
    this.kept = kept;
  }

  /**
   * The gradients of the sum of {@code y} with respect to some values.
   *
   * @param y any value; where it is not a scalar, the sum of its numbers is meant
   * @param wrt what to differentiate with respect to
   * @return a value of the shape of each of {@code wrt}, zeros where {@code y} does not depend on
   *     it
   */
  public static List<Value> of(Value y, List<Value> wrt) {
    return walk(y, wrt, null);
  }

  /**
   * As {@link #of}, for the last time: what {@code y} was made of is released as the walk goes, and
   * so are the gradients on the way. Neither can be differentiated again.
   *
   * @param kept values whose numbers are still wanted, beside {@code wrt} and leaves
   */
  public static List<Value> last(Value y, List<Value> wrt, List<Value> kept) {
    Set<Value> keeping = new HashSet<>(kept);
    keeping.addAll(wrt);
    return walk(y, wrt, keeping);
  }

  private static List<Value> walk(Value y, List<Value> wrt, @Nullable Set<Value> kept) {
    List<Value> ordered = ancestors(y);
    Gradients all = new Gradients(relevant(ordered, wrt), kept);
    all.gradients.put(y, y.engine().full(y, 1));
    Set<Value> wanted = new HashSet<>(wrt);
    for (int i = ordered.size() - 1; i >= 0; i--) {
      Value value = ordered.get(i);
      value.engine().backward(value, () -> all.handOn(value));
      if (!wanted.contains(value)) {
        Value gradient = all.gradients.remove(value);
        all.release(gradient == null ? List.of(value) : List.of(value, gradient));
      }
    }
    List<Value> results = new ArrayList<>(wrt.size());
    for (Value value : wrt) {
      Value gradient = all.gradients.get(value);
      results.add(gradient != null ? gradient : value.engine().full(value, 0));
    }
    return results;
  }

  /** Hands a value's gradient on to its inputs. */
  private void handOn(Value value) {
    Op op = value.op();
    Value gradient = gradients.get(value);
    if (op == null || gradient == null || !relevant.contains(value)) {
      return;
    }
    List<@Nullable Value> toInputs = op.gradient(value.inputs(), value, gradient);
    List<Value> made = new ArrayList<>();
    for (int k = 0; k < toInputs.size(); k++) {
      Value toInput = toInputs.get(k);
      Value input = value.inputs().get(k);
      if (toInput != null) {
        made.add(toInput);
        if (relevant.contains(input)) {
          made.add(gradients.merge(input, toInput, Value::add));
        }
      }
    }
    if (kept != null) {
      release(madeSince(Math.max(value.id(), gradient.id()), made));
    }
  }

  /** Gives values back that are neither kept nor gradients of what is still to come. */
  private void release(Iterable<Value> values) {
    if (kept != null) {
      for (Value value : values) {
        if (!kept.contains(value) && !gradients.containsValue(value)) {
          value.engine().release(value);
        }
      }
    }
  }

  /** The values that others were made from, themselves included, as far as they are newer. */
  private static Set<Value> madeSince(long id, List<Value> from) {
    Set<Value> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(from);
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (value.id() > id && seen.add(value)) {
        value.inputs().forEach(open::push);
      }
    }
    return seen;
  }

  /** What a value was made of, itself included, in the order in which it was made. */
  private static List<Value> ancestors(Value y) {
    List<Value> ordered = new ArrayList<>(madeSince(-1, List.of(y)));
    ordered.sort(Comparator.comparingLong(Value::id));
    return ordered;
  }

  /** Those of the values that depend on {@code wrt}. */
  private static Set<Value> relevant(List<Value> ordered, List<Value> wrt) {
    Set<Value> relevant = new HashSet<>(wrt);
    for (Value value : ordered) {
      if (value.inputs().stream().anyMatch(relevant::contains)) {
        relevant.add(value);
      }
    }
    return relevant;
  }
}
