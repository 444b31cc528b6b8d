package io.sparrowml.autograd;

import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Recycler;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Full;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Define by run: every operation is computed at once, and remembered so that gradients can be asked
 * for afterwards.
 *
 * <p>All values live in one arena until {@link #reset}, which ends a step: values from before must
 * not be used again. An engine belongs to one thread.
 */
public final class Eager extends Engine {
  private final Kernels kernels;
  private final Recycler memory;
  private final BitSet released = new BitSet();
  private final boolean recording;
  private long made;

  private Eager(Kernels kernels, Arena arena, boolean recording) {
    this.kernels = kernels;
    this.memory = new Recycler(arena);
    this.recording = recording;
  }

  /**
   * An engine that remembers what it computes, for gradients.
   *
   * @param arena used by this engine alone
   */
  public static Eager recording(Kernels kernels, Arena arena) {
    return new Eager(kernels, arena, true);
  }

  /**
   * An engine that remembers nothing: for inference.
   *
   * @param arena used by this engine alone
   */
  public static Eager forgetting(Kernels kernels, Arena arena) {
    return new Eager(kernels, arena, false);
  }

  @Override
  public Value apply(Op op, List<Value> inputs) {
    List<Shape> shapes = new ArrayList<>(inputs.size());
    List<Tensor> tensors = new ArrayList<>(inputs.size());
    for (Value input : inputs) {
      shapes.add(input.shape());
      tensors.add(tensor(input));
    }
    DType dtype = inputs.get(0).dtype();
    Shape shape = op.infer(shapes);
    Tensor out = allocate(dtype, shape);
    op.kernel(kernels, tensors, out).run();
    return recording
        ? new Value(this, made++, dtype, shape, op, inputs, out)
        : new Value(this, made++, dtype, shape, null, List.of(), out);
  }

  @Override
  public Value leaf(Tensor tensor) {
    return new Value(this, made++, tensor.dtype(), tensor.shape(), null, List.of(), tensor);
  }

  @Override
  public Value full(Value like, double number) {
    Tensor tensor = allocate(like.dtype(), like.shape());
    double[] numbers = new double[tensor.size()];
    Arrays.fill(numbers, number);
    tensor.set(numbers);
    Op op = new Full(like.shape(), number);
    return new Value(this, made++, like.dtype(), like.shape(), op, List.of(), tensor);
  }

  /**
   * The numbers of a value.
   *
   * @throws IllegalStateException when they were released
   */
  @Override
  public Tensor tensor(Value value) {
    if (released.get(Math.toIntExact(value.id()))) {
      throw new IllegalStateException(
          "eager: numbers are there until they are released, got a question for those of " + value);
    }
    return Objects.requireNonNull(value.stored(), "a value of an eager engine");
  }

  /** Takes the memory of a result back; leaves keep theirs. */
  @Override
  public void release(Value value) {
    int id = Math.toIntExact(value.id());
    if (value.op() != null && !released.get(id)) {
      memory.give(tensor(value).block());
      released.set(id);
    }
  }

  /** A tensor in this engine's arena, of undefined content, until the next {@link #reset}. */
  public Tensor allocate(DType dtype, Shape shape) {
    return new Tensor(dtype, shape, memory.take(shape.size() * dtype.bytes()));
  }

  /** Ends a step: the memory of all values made so far is used again. */
  public void reset() {
    memory.reset();
    released.clear();
    made = 0;
  }
}
