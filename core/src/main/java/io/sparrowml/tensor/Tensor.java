package io.sparrowml.tensor;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Block;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A dense, row-major array of numbers in off-heap memory.
 *
 * <p>A tensor has no {@code close()}: it lives as long as the arena that its memory came from.
 * Copies in and out convert between the tensor's kind of number and the array's.
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;
  private final Block block;
  private @Nullable FloatBuffer floats;

  /**
   * A tensor over memory that is already there.
   *
   * @param block at least {@code shape.size() * dtype.bytes()} bytes
   */
  public Tensor(DType dtype, Shape shape, Block block) {
    if (block.bytes() < shape.size() * dtype.bytes()) {
      throw new ShapeException(
          "tensor expects "
              + shape.size() * dtype.bytes()
              + " bytes for "
              + shape
              + ", got "
              + block.bytes());
    }
    this.dtype = dtype;
    this.shape = shape;
    this.block = block;
  }

  /** A tensor in new memory of an arena, of undefined content. */
  public static Tensor allocate(Arena arena, DType dtype, Shape shape) {
    return new Tensor(dtype, shape, arena.allocate(shape.size() * dtype.bytes()));
  }

  /** The kind of number. */
  public DType dtype() {
    return dtype;
  }

  /** The extents. */
  public Shape shape() {
    return shape;
  }

  /** How many numbers there are. */
  public int size() {
    return Math.toIntExact(shape.size());
  }

  /** The memory. */
  public Block block() {
    return block;
  }

  /** The address of the first number. */
  public long address() {
    return block.address();
  }

  /** The same memory seen in another shape of the same size. */
  public Tensor reshape(Shape other) {
    if (other.size() != shape.size()) {
      throw new ShapeException("reshape expects the size of " + shape + ", got " + other);
    }
    return new Tensor(dtype, other, block);
  }

  /**
   * A part of the numbers as a vector {@code [length]}, sharing memory.
   *
   * @param from index of the first number
   */
  public Tensor slice(int from, int length) {
    Block part = block.slice((long) from * dtype.bytes(), (long) length * dtype.bytes());
    return new Tensor(dtype, Shape.of(length), part);
  }

  /** Rows {@code [from, from + rows)} along the first axis, sharing memory. */
  public Tensor rows(int from, int rows) {
    int width = shape.dim(0) == 0 ? 0 : size() / shape.dim(0);
    return slice(from * width, rows * width).reshape(shape.with(0, rows));
  }

  /** A view of the numbers of a FLOAT32 tensor. */
  public FloatBuffer floats() {
    require(DType.FLOAT32);
    return block.buffer().asFloatBuffer().limit(size());
  }

  /** A view of the numbers of a FLOAT64 tensor. */
  public DoubleBuffer doubles() {
    require(DType.FLOAT64);
    return block.buffer().asDoubleBuffer().limit(size());
  }

  private void require(DType expected) {
    if (dtype != expected) {
      throw new IllegalStateException("tensor expects to hold " + expected + ", got " + dtype);
    }
  }

  /** The one view that copies in and out go through; its position stays 0. */
  private FloatBuffer view() {
    FloatBuffer view = floats;
    if (view == null) {
      view = floats();
      floats = view;
    }
    return view;
  }

  /**
   * Copies numbers of a FLOAT32 tensor out.
   *
   * @param from index of the first number
   * @param at where the first one goes
   */
  public void read(int from, float[] into, int at, int length) {
    view().get(from, into, at, length);
  }

  /**
   * Copies numbers into a FLOAT32 tensor.
   *
   * @param from index of the first number
   * @param at where the first one comes from
   */
  public void write(int from, float[] values, int at, int length) {
    view().put(from, values, at, length);
  }

  /**
   * Copies numbers out, widening them to double.
   *
   * @param from index of the first number
   */
  public void read(int from, double[] into, int length) {
    switch (dtype) {
      case FLOAT64 -> doubles().get(from, into, 0, length);
      case FLOAT32 -> {
        FloatBuffer numbers = view();
        for (int i = 0; i < length; i++) {
          into[i] = numbers.get(from + i);
        }
      }
      case UINT8 -> {
        ByteBuffer bytes = block.buffer();
        for (int i = 0; i < length; i++) {
          into[i] = bytes.get(from + i) & 0xff;
        }
      }
    }
  }

  /**
   * Copies numbers in, rounding them to the tensor's kind.
   *
   * @param from index of the first number
   */
  public void write(int from, double[] values, int length) {
    switch (dtype) {
      case FLOAT64 -> doubles().put(from, values, 0, length);
      case FLOAT32 -> {
        FloatBuffer numbers = view();
        for (int i = 0; i < length; i++) {
          numbers.put(from + i, (float) values[i]);
        }
      }
      case UINT8 -> {
        ByteBuffer bytes = block.buffer();
        for (int i = 0; i < length; i++) {
          bytes.put(from + i, (byte) values[i]);
        }
      }
    }
  }

  /** All numbers, widened to double. */
  public double[] toDoubles() {
    double[] all = new double[size()];
    read(0, all, all.length);
    return all;
  }

  /** All numbers of a FLOAT32 tensor. */
  public float[] toFloats() {
    float[] all = new float[size()];
    floats().get(all);
    return all;
  }

  /** Fills the whole tensor from an array of the same length. */
  public Tensor set(double... values) {
    if (values.length != size()) {
      throw new ShapeException(
          "set expects " + size() + " numbers for " + shape + ", got " + values.length);
    }
    write(0, values, values.length);
    return this;
  }

  /** The only number of a tensor of size 1. */
  public double scalar() {
    if (size() != 1) {
      throw new ShapeException("scalar expects one number, got shape " + shape);
    }
    return toDoubles()[0];
  }

  /** Copies another tensor of the same kind and size into this one. */
  public void copyFrom(Tensor other) {
    if (other.dtype != dtype || other.shape.size() != shape.size()) {
      throw new ShapeException(
          "copy expects " + dtype + " " + shape + ", got " + other.dtype + " " + other.shape);
    }
    block.copyFrom(other.block, size() * dtype.bytes());
  }

  /** Sets every number to zero. */
  public void clear() {
    block.clear(size() * dtype.bytes());
  }

  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
