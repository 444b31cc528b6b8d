package io.sparrowml.autograd;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.PackedWeights;
import io.sparrowml.kernel.Step;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Block;
import io.sparrowml.op.Conv2d;
import io.sparrowml.op.MatMul;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A recorded computation, ready to run any number of times: shapes are known, memory is planned,
 * kernels are made. After its first run, another allocates nothing.
 *
 * <p>Where leaves were said to be held still, {@link #prepare} computes what depends on them alone,
 * and each run uses that.
 *
 * <p>Belongs to one thread, and to the kernels and the arena that it was compiled with.
 */
public final class Program {
  private final Kernel[] preparation;
  private final Kernel[] kernels;
  private final Kernel[] holding;
  private final Origin[] origins; // of the kernels
  private final Map<Value, Tensor> tensors = new HashMap<>();
  private final List<Value> outputs;
  private final int[] computed; // by how many kernels each output is
  private final Map<Value, Integer> reads = new HashMap<>(); // the first kernel, by leaf
  private final long bytes;
  private boolean prepared;

  /**
   * A program.
   *
   * @param outputs what its results are asked for with, one for each output of the schedule
   * @param wanted where outputs of the schedule should be computed
   * @param origin what tells to which layer a value belongs
   */
  Program(
      Kernels provider,
      Arena arena,
      Room room,
      Schedule schedule,
      List<Value> outputs,
      Map<Value, Tensor> wanted,
      Function<Value, Origin> origin) {
    this.outputs = List.copyOf(outputs);
    List<Schedule.Task> tasks = schedule.tasks();
    Map<Value, Value> placed = schedule.placed(wanted.keySet());
    Offsets.Plan<Value> plan = place(schedule, placed.keySet());
    this.bytes = plan.bytes();
    Block block = room.of(bytes);
    for (Schedule.Task task : tasks) {
      Value result = task.result();
      Value output = placed.get(result);
      tensors.put(
          result,
          output == null
              ? planned(result, plan, block)
              : Objects.requireNonNull(wanted.get(output)).reshape(result.shape()));
    }
    for (Value constant : schedule.constants()) {
      Tensor tensor = Tensor.allocate(arena, constant.dtype(), constant.shape());
      operation(constant).kernel(provider, List.of(), tensor).run();
      tensors.put(constant, tensor);
    }
    for (Schedule.Task task : schedule.preparation()) {
      Value result = task.result();
      tensors.put(result, Tensor.allocate(arena, result.dtype(), result.shape()));
    }
    this.preparation = kernels(provider, schedule.preparation());
    this.kernels = kernels(provider, tasks);
    this.origins = tasks.stream().map(task -> origin.apply(task.head())).toArray(Origin[]::new);
    this.holding =
        IntStream.range(0, kernels.length)
            .filter(i -> holdsStill(schedule, tasks.get(i).head()))
            .mapToObj(i -> kernels[i])
            .toArray(Kernel[]::new);
    this.prepared = preparation.length == 0 && holding.length == 0;
    for (int i = 0; i < outputs.size(); i++) {
      tensors.put(outputs.get(i), memory(schedule.outputs().get(i)));
    }
    List<Value> results = tasks.stream().map(Schedule.Task::result).toList();
    this.computed =
        schedule.outputs().stream().mapToInt(o -> results.indexOf(Schedule.root(o)) + 1).toArray();
    for (int i = 0; i < tasks.size(); i++) {
      for (Value read : tasks.get(i).reads()) {
        reads.putIfAbsent(Schedule.root(read), i);
      }
    }
  }

  /** Whether what an operation takes behind its first input changes only in preparations. */
  private static boolean holdsStill(Schedule schedule, Value head) {
    List<Value> inputs = head.inputs();
    return inputs.size() > 1 && inputs.stream().skip(1).allMatch(schedule::isHeld);
  }

  private Kernel[] kernels(Kernels provider, List<Schedule.Task> tasks) {
    return tasks.stream().map(task -> kernel(provider, task)).toArray(Kernel[]::new);
  }

  private static Tensor planned(Value result, Offsets.Plan<Value> plan, Block block) {
    long offset = Objects.requireNonNull(plan.offsets().get(result), "a place for each result");
    return new Tensor(result.dtype(), result.shape(), block.slice(offset, size(result)));
  }

  /**
   * How many bytes the program of a schedule takes.
   *
   * @param elsewhere outputs that are to have memory already
   */
  static long bytes(Schedule schedule, Set<Value> elsewhere) {
    long constants = schedule.constants().stream().mapToLong(Program::size).sum();
    long prepared =
        schedule.preparation().stream().map(Schedule.Task::result).mapToLong(Program::size).sum();
    long planned = place(schedule, schedule.placed(elsewhere).keySet()).bytes();
    return planned + constants + prepared;
  }

  /** How many bytes the weights take that hold still, as kernels lay them out. */
  static long packedBytes(Schedule schedule) {
    return schedule.tasks().stream()
        .map(Schedule.Task::head)
        .filter(head -> head.op() instanceof MatMul || head.op() instanceof Conv2d)
        .filter(head -> holdsStill(schedule, head))
        .map(head -> head.inputs().get(1))
        .mapToLong(weights -> PackedWeights.bytes(weights.dtype(), weights.shape()))
        .sum();
  }

  private static long size(Value value) {
    return value.shape().size() * value.dtype().bytes();
  }

  private static Offsets.Plan<Value> place(Schedule schedule, Set<Value> placed) {
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
      if (!placed.contains(result)) {
        offsets.add(result, size(result), i, last.getOrDefault(result, tasks.size()));
      }
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

  /**
   * Computes what depends on the leaves that are held still, as they are now: before the first run,
   * and again when they have changed.
   */
  public void prepare() {
    for (Kernel kernel : preparation) {
      kernel.run();
    }
    for (Kernel kernel : holding) {
      kernel.hold();
    }
    prepared = true;
  }

  /**
   * Computes the outputs from what the leaves hold now; those that are held still count as they
   * were at the last preparation.
   *
   * @throws IllegalStateException when it was not prepared
   */
  public void run() {
    run(0, kernels.length, null);
  }

  /**
   * A part of a run: whoever does all parts, in order, has done the whole.
   *
   * @param from the first kernel, counted from 0
   * @param to the one behind the last
   * @param timings are given the time of each kernel, which counts for the first of its operations;
   *     null for none
   * @throws IllegalStateException when it was not prepared
   */
  public void run(int from, int to, @Nullable Timings timings) {
    checkPrepared();
    if (timings == null) {
      for (int i = from; i < to; i++) {
        kernels[i].run();
      }
      return;
    }
    for (int i = from; i < to; i++) {
      long start = System.nanoTime();
      kernels[i].run();
      timings.add(origins[i], System.nanoTime() - start);
    }
  }

  private void checkPrepared() {
    if (!prepared) {
      throw new IllegalStateException(
          "program expects a preparation before its first run, got none; call prepare()");
    }
  }

  /**
   * The numbers of an output as the last run left them; the next one overwrites them.
   *
   * @throws IllegalArgumentException when the program was not compiled for it
   */
  public Tensor tensor(Value output) {
    index(output);
    return memory(output);
  }

  private int index(Value output) {
    int index = outputs.indexOf(output);
    if (index < 0) {
      throw new IllegalArgumentException(
          "program expects one of its " + outputs.size() + " outputs, got " + output);
    }
    return index;
  }

  /**
   * After how many kernels of a run an output is what it is at the end.
   *
   * @throws IllegalArgumentException when the program was not compiled for it
   */
  public int kernels(Value output) {
    return computed[index(output)];
  }

  /** How many kernels of a run there are before the first that reads a leaf. */
  public int kernelsBefore(Value leaf) {
    return reads.getOrDefault(leaf, kernels.length);
  }

  /**
   * How many kernels a run is: operations, less those that are steps of others or done in the
   * preparation.
   */
  public int kernels() {
    return kernels.length;
  }

  /** How many bytes its results take together. */
  public long bytes() {
    return bytes;
  }
}
