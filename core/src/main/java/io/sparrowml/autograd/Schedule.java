package io.sparrowml.autograd;

import io.sparrowml.op.Full;
import io.sparrowml.op.Op;
import io.sparrowml.op.Reshape;
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
 * The order in which a {@link Program} computes: only what its outputs need, with element-wise
 * operations done on the results that they alone use, as steps of the kernels before them.
 *
 * <p>What depends on constants and on leaves that are held still, and on nothing else, comes apart
 * from the rest, as the preparation of it.
 */
final class Schedule {
  private final List<Value> outputs;
  private final Map<Value, List<Value>> users = new HashMap<>();
  private final List<Value> constants = new ArrayList<>();
  private final Set<Value> held;
  private final List<Task> preparation = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();

  /**
   * An operation, and those done on its result in place.
   *
   * @param head the first of them
   * @param steps the others, each on the result of the one before it
   */
  record Task(Value head, List<Value> steps) {
    /** What comes out. */
    Value result() {
      return steps.isEmpty() ? head : steps.get(steps.size() - 1);
    }

    /** All that it reads, but for what it works out itself. */
    List<Value> reads() {
      List<Value> reads = new ArrayList<>(head.inputs());
      Value before = head;
      for (Value step : steps) {
        for (Value input : step.inputs()) {
          if (input != before) {
            reads.add(input);
          }
        }
        before = step;
      }
      return reads;
    }
  }

  Schedule(List<Value> outputs) {
    this(outputs, Set.of());
  }

  /**
   * The order for outputs.
   *
   * @param still leaves that are held still from one preparation to the next
   */
  Schedule(List<Value> outputs, Set<Value> still) {
    this.outputs = List.copyOf(outputs);
    List<Value> needed = needed(outputs);
    this.held = held(needed, still);
    for (Value value : needed) {
      for (Value input : value.inputs()) {
        users.computeIfAbsent(input, key -> new ArrayList<>()).add(value);
      }
    }
    Map<Value, Task> byResult = new HashMap<>();
    Set<Value> taken = new HashSet<>();
    for (Value value : needed) {
      if (value.op() instanceof Full) {
        constants.add(value);
      } else if (value.op() != null && !isAlias(value) && !taken.contains(value)) {
        Task task = new Task(value, steps(value, taken));
        byResult.put(task.result(), task);
      }
    }
    for (Value value : needed) {
      Task task = byResult.get(value);
      if (task != null) {
        (held.contains(value) ? preparation : tasks).add(task);
      }
    }
  }

  /** What outputs are made of, in the order in which it was made. */
  static List<Value> needed(List<Value> outputs) {
    Set<Value> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(outputs);
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (seen.add(value)) {
        value.inputs().forEach(open::push);
      }
    }
    List<Value> needed = new ArrayList<>(seen);
    needed.sort(Comparator.comparingLong(Value::id));
    return needed;
  }

  /**
   * Those of the values that change only where leaves do that are held still: these, constants, and
   * what is made of nothing else.
   *
   * @param values in the order in which they were made
   */
  static Set<Value> held(List<Value> values, Set<Value> still) {
    Set<Value> held = new HashSet<>(still);
    if (still.isEmpty()) {
      return held;
    }
    for (Value value : values) {
      boolean made = value.op() instanceof Full || !value.inputs().isEmpty();
      if (made && held.containsAll(value.inputs())) {
        held.add(value);
      }
    }
    return held;
  }

  /** The operations to be done in place behind one; they are taken by it then. */
  private List<Value> steps(Value head, Set<Value> taken) {
    List<Value> steps = new ArrayList<>();
    Value next = step(head);
    while (next != null && taken.add(next)) {
      steps.add(next);
      next = step(next);
    }
    return steps;
  }

  /** The element-wise operation that alone uses a value, or null. */
  private @Nullable Value step(Value value) {
    List<Value> uses = users.getOrDefault(value, List.of());
    if (uses.size() != 1 || outputs.contains(value)) {
      return null;
    }
    Value user = uses.get(0);
    Op op = user.op();
    boolean steps =
        op != null
            && held.contains(user) == held.contains(value)
            && user.shape().equals(value.shape())
            && op.stepsOn(user.inputs().indexOf(value));
    return steps ? user : null;
  }

  /** Whether a value is the same memory as its input, seen in another shape. */
  static boolean isAlias(Value value) {
    return value.op() instanceof Reshape;
  }

  /** The value whose memory this one is: itself, unless it is an alias. */
  static Value root(Value value) {
    return isAlias(value) ? root(value.inputs().get(0)) : value;
  }

  List<Value> outputs() {
    return outputs;
  }

  /**
   * The results that can be computed where outputs should be.
   *
   * @return each with its output, which is it or the same memory in another shape
   */
  Map<Value, Value> placed(Set<Value> wanted) {
    Set<Value> results = new HashSet<>();
    tasks.forEach(task -> results.add(task.result()));
    Map<Value, Value> placed = new HashMap<>();
    for (Value output : outputs) {
      if (wanted.contains(output) && results.contains(root(output))) {
        placed.putIfAbsent(root(output), output);
      }
    }
    return placed;
  }

  /** What is the same in each run. */
  List<Value> constants() {
    return constants;
  }

  /** What each run computes. */
  List<Task> tasks() {
    return tasks;
  }

  /** What is computed before, and again when a leaf changes that is held still. */
  List<Task> preparation() {
    return preparation;
  }

  /** Whether a value changes only where leaves do that are held still. */
  boolean isHeld(Value value) {
    return held.contains(value);
  }

  /** For each task, the results that nothing reads after it, itself included. */
  List<List<Value>> lastReads() {
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      last.put(tasks.get(i).result(), i);
      for (Value read : tasks.get(i).reads()) {
        last.put(root(read), i);
      }
    }
    outputs.forEach(output -> last.remove(root(output)));
    List<List<Value>> ended = new ArrayList<>();
    tasks.forEach(task -> ended.add(new ArrayList<>()));
    for (Task task : tasks) {
      Integer at = last.get(task.result());
      if (at != null) {
        ended.get(at).add(task.result());
      }
    }
    return ended;
  }
}
