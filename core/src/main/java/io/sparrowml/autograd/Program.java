package io.sparrowml.autograd;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Block;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * A recorded computation, ready to run any number of times: shapes are known, memory is planned,
 * kernels are made. After its first run, another allocates nothing.
 *
 * <p>Belongs to one thread, and to the kernels and the arena that it was compiled with.
 */
public final class Program {
  private final Kernel[] kernels;
  private final Origin[] origins; // of the kernels
  private final Map<Value, Tensor> tensors = new HashMap<>();
  private final List<Value> outputs;
  private final long bytes;

  Program(
      Kernels provider, Arena arena, Room room, Schedule schedule, Function<Value, Origin> origin) {
    this.outputs = schedule.outputs();
    List<Schedule.Task> tasks = schedule.tasks();
    Offsets.Plan<Value> plan = place(schedule);
    this.bytes = plan.bytes();
    Block block = room.of(bytes);
    for (Schedule.Task task : tasks) {
      Value result = task.result();
      long size = size(result);
      long offset = Objects.requireNonNull(plan.offsets().get(result), "a place for each result");
      tensors.put(result, new Tensor(result.dtype(), result.shape(), block.slice(offset, size)));
    }
    for (Value constant : schedule.constants()) {
      Tensor tensor = Tensor.allocate(arena, constant.dtype(), constant.shape());
      operation(constant).kernel(provider, List.of(), tensor).run();
      tensors.put(constant, tensor);
    }
    this.kernels = tasks.stream().map(task -> kernel(provider, task)).toArray(Kernel[]::new);
    this.origins = tasks.stream().map(task -> origin.apply(task.head())).toArray(Origin[]::new);
    outputs.forEach(this::memory);
  }

  /** How many bytes the program of a schedule takes. */
  static long bytes(Schedule schedule) {
    long constants = schedule.constants().stream().mapToLong(Program::size).sum();
    return place(schedule).bytes() + constants;
  }

  private static long size(Value value) {
    return value.shape().size() * value.dtype().bytes();
  }

  private static Offsets.Plan<Value> place(Schedule schedule) {
    List<Schedule.Task> tasks = schedule.tasks();
    List<List<Value>> ended = schedule.lastReads();
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      for (Value value : ended.get(i)) {
        last.put(value, i);
      }
    }
    Offsets<Value> offsets = new Offsets<>();
    for (int i = 0; i < tasks.size(); i++) {
      Value result = tasks.get(i).result();
      offsets.add(result, size(result), i, last.getOrDefault(result, tasks.size()));
    }
    return offsets.plan();
  }

  private Kernel kernel(Kernels provider, Schedule.Task task) {
    Tensor out = memory(task.result());
    List<Step> steps = new ArrayList<>();
    Value before = task.head();
    for (Value value : task.steps()) {
      int on = value.inputs().indexOf(before);
      List<Tensor> in = new ArrayList<>();
      for (Value input : value.inputs()) {
        in.add(input == before ? out : memory(input));
      }
      steps.add(operation(value).step(on, in));
      before = value;
    }
    List<Tensor> in = task.head().inputs().stream().map(this::memory).toList();
    return operation(task.head()).kernel(provider, in, out, steps);
  }

  private static Op operation(Value value) {
    return Objects.requireNonNull(value.op(), "an operation made this value");
  }

  /** Where a value's numbers are: planned, a leaf's own, or seen in another shape. */
  private Tensor memory(Value value) {
    Tensor known = tensors.get(value);
    if (known != null) {
      return known;
    }
    Tensor tensor =
        Schedule.isAlias(value)
            ? memory(value.inputs().get(0)).reshape(value.shape())
            : Objects.requireNonNull(value.stored(), "a leaf has memory");
    tensors.put(value, tensor);
    return tensor;
  }

  /** Computes the outputs from what the leaves hold now. */
  public void run() {
    for (Kernel kernel : kernels) {
      kernel.run();
    }
  }

  /**
   * As {@link #run()}, adding the time of each kernel. The kernel of several operations counts for
   * the first of them.
   */
  public void run(Timings timings) {
    for (int i = 0; i < kernels.length; i++) {
      long start = System.nanoTime();
      kernels[i].run();
      timings.add(origins[i], System.nanoTime() - start);
    }
  }

  /**
   * The numbers of an output as the last run left them; the next one overwrites them.
   *
   * @throws IllegalArgumentException when the program was not compiled for it
   */
  public Tensor tensor(Value output) {
    if (!outputs.contains(output)) {
      throw new IllegalArgumentException(
          "program expects one of its " + outputs.size() + " outputs, got " + output);
    }
    return memory(output);
  }

  /** How many kernels a run is: operations, less those that are steps of others. */
  public int kernels() {
    return kernels.length;
  }

  /** How many bytes its results take together. */
  public long bytes() {
    return bytes;
  }
}
