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
  private Gradients() {}

  /**
   * The gradients of the sum of {@code y} with respect to some values.
   *
   * @param y any value; where it is not a scalar, the sum of its numbers is meant
   * @param wrt what to differentiate with respect to
   * @return a value of the shape of each of {@code wrt}, zeros where {@code y} does not depend on
   *     it
   */
  public static List<Value> of(Value y, List<Value> wrt) {
    List<Value> relevant = relevant(y, new HashSet<>(wrt));
    Map<Value, Value> gradients = new HashMap<>();
    gradients.put(y, y.engine().full(y, 1));
    Set<Value> needed = new HashSet<>(relevant);
    for (int i = relevant.size() - 1; i >= 0; i--) {
      Value value = relevant.get(i);
      Op op = value.op();
      Value gradient = gradients.get(value);
      if (op == null || gradient == null) {
        continue;
      }
      List<@Nullable Value> toInputs = op.gradient(value.inputs(), value, gradient);
      for (int k = 0; k < toInputs.size(); k++) {
        Value toInput = toInputs.get(k);
        Value input = value.inputs().get(k);
        if (toInput != null && needed.contains(input)) {
          gradients.merge(input, toInput, Value::add);
        }
      }
    }
    List<Value> results = new ArrayList<>(wrt.size());
    for (Value value : wrt) {
      Value gradient = gradients.get(value);
      results.add(gradient != null ? gradient : value.engine().full(value, 0));
    }
    return results;
  }

  /** The values between {@code wrt} and {@code y}, both included, in the order they were made. */
  private static List<Value> relevant(Value y, Set<Value> wrt) {
    Set<Value> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(y));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (seen.add(value)) {
        value.inputs().forEach(open::push);
      }
    }
    List<Value> ordered = new ArrayList<>(seen);
    ordered.sort(Comparator.comparingLong(Value::id));
    Set<Value> leading = new HashSet<>(wrt);
    List<Value> relevant = new ArrayList<>();
    for (Value value : ordered) {
      if (wrt.contains(value) || value.inputs().stream().anyMatch(leading::contains)) {
        leading.add(value);
        relevant.add(value);
      }
    }
    return relevant;
  }
}
