package io.sparrowml.autograd;

import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Full;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Define and run (Abadi et al., 2016): operations are remembered with their shapes, and computed
 * when a {@link Program} made of them runs.
 *
 * <p>A leaf stands for its tensor's memory, not for the numbers in it at the time: each run reads
 * what is there then. So inputs and parameters are changed by writing into their tensors.
 */
public final class Graph extends Engine {
  private final List<Origin> origins = new ArrayList<>(); // by the values' ids
  private Origin origin = Origin.NONE;

  @Override
  public Value apply(Op op, List<Value> inputs) {
    List<Shape> shapes = inputs.stream().map(Value::shape).toList();
    return made(inputs.get(0).dtype(), op.infer(shapes), op, inputs);
  }

  private Value made(DType dtype, Shape shape, Op op, List<Value> inputs) {
    return new Value(this, next(), dtype, shape, op, List.copyOf(inputs), null);
  }

  private long next() {
    origins.add(origin);
    return origins.size() - 1L;
  }

  @Override
  public Value leaf(Tensor tensor) {
    return new Value(this, next(), tensor.dtype(), tensor.shape(), null, List.of(), tensor);
  }

  /** A leaf of 32-bit numbers whose memory is not there yet: to foresee what a program takes. */
  public Value leaf(Shape shape) {
    return new Value(this, next(), DType.FLOAT32, shape, null, List.of(), null);
  }

  @Override
  public Value full(Value like, double number) {
    return made(like.dtype(), like.shape(), new Full(like.shape(), number), List.of());
  }

  @Override
  public Value within(String layer, Supplier<Value> work) {
    Origin before = origin;
    origin = new Origin(layer, before.backward());
    try {
      return work.get();
    } finally {
      origin = before;
    }
  }

  @Override
  public void backward(Value through, Runnable work) {
    Origin before = origin;
    origin = new Origin(origin(through).layer(), true);
    try {
      work.run();
    } finally {
      origin = before;
    }
  }

  private Origin origin(Value value) {
    return origins.get(Math.toIntExact(value.id()));
  }

  /**
   * Refuses: what is remembered has no numbers yet.
   *
   * @throws IllegalStateException always, with the reason
   */
  @Override
  public Tensor tensor(Value value) {
    throw new IllegalStateException(
        "graph: numbers are there when the program has run, got a question for those of "
            + value
            + " while it is recorded; what depends on numbers needs the eager engine");
  }

  /**
   * A program that computes some values, and what they need, each time it runs.
   *
   * @param kernels which must outlive the program
   * @param arena memory is taken from it for everything that is computed
   */
  public Program compile(Kernels kernels, Arena arena, List<Value> outputs) {
    return compile(kernels, arena, new Room(arena), outputs);
  }

  /**
   * As {@link #compile(Kernels, Arena, List)}, for programs that take turns in the same memory: a
   * run of one overwrites what another left.
   *
   * @param arena memory is taken from it for constants, which stay
   * @param room for everything else
   */
  public Program compile(Kernels kernels, Arena arena, Room room, List<Value> outputs) {
    return compile(kernels, arena, room, outputs, Map.of());
  }

  /**
   * A program for inference: from one {@link Program#prepare} to the next some leaves are held
   * still, so what depends on them alone is computed there, and factors and terms of products and
   * convolutions become part of their kernels and biases ({@link Folding}). Its results are those
   * of other programs up to rounding.
   *
   * @param arena memory is taken from it for what is computed in preparations, which stays
   * @param room for everything else
   * @param held the leaves that are held still: the parameters
   */
  public Program compile(
      Kernels kernels, Arena arena, Room room, List<Value> outputs, List<Value> held) {
    Set<Value> still = new HashSet<>(held);
    Folding folding = new Folding(outputs, still);
    Schedule schedule = new Schedule(folding.outputs(), still);
    return new Program(kernels, arena, room, schedule, outputs, Map.of(), this::origin);
  }

  /**
   * As {@link #compile(Kernels, Arena, Room, List)}, with outputs that are to have memory already.
   *
   * @param wanted where outputs should be computed. One that is a leaf, a constant, or the memory
   *     of another output is not: {@link Program#tensor} tells where it is instead
   */
  public Program compile(
      Kernels kernels, Arena arena, Room room, List<Value> outputs, Map<Value, Tensor> wanted) {
    Schedule schedule = new Schedule(outputs);
    return new Program(kernels, arena, room, schedule, outputs, wanted, this::origin);
  }

  /**
   * How many bytes a program for these outputs takes.
   *
   * @param elsewhere those of them that are to have memory already
   */
  public static long bytes(List<Value> outputs, List<Value> elsewhere) {
    return Program.bytes(new Schedule(outputs), Set.copyOf(elsewhere));
  }

  /**
   * How many bytes a program for inference takes, with the weights as its kernels lay them out.
   *
   * @param held the leaves that are held still
   */
  public static long inferenceBytes(List<Value> outputs, List<Value> held) {
    Set<Value> still = Set.copyOf(held);
    Schedule schedule = new Schedule(new Folding(outputs, still).outputs(), still);
    return Program.bytes(schedule, Set.of()) + Program.packedBytes(schedule);
  }
}
