package io.sparrowml.op;

import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tensor-to-be: the result of an operation on other values, or a leaf.
 *
 * <p>The methods below are how layers, losses and gradients are written: {@code
 * x.matmul(kernel).add(bias)}.
 */
public final class Value {
  private final Engine engine;
  private final long id;
  private final DType dtype;
  private final Shape shape;
  private final @Nullable Op op;
  private final List<Value> inputs;
  private final @Nullable Tensor tensor;

  /**
   * For engines only.
   *
   * @param id larger than that of every value made before it
   * @param op what made it, null for a leaf
   * @param tensor its numbers, null where the engine does not compute
   */
  public Value(
      Engine engine,
      long id,
      DType dtype,
      Shape shape,
      @Nullable Op op,
      List<Value> inputs,
      @Nullable Tensor tensor) {
    this.engine = engine;
    this.id = id;
    this.dtype = dtype;
    this.shape = shape;
    this.op = op;
    this.inputs = inputs;
    this.tensor = tensor;
  }

  /** The engine that made it. */
  public Engine engine() {
    return engine;
  }

  /** Its place in the order in which values were made. */
  public long id() {
    return id;
  }

  /** The kind of its numbers. */
  public DType dtype() {
    return dtype;
  }

  /** Its extents. */
  public Shape shape() {
    return shape;
  }

  /** What made it, null for a leaf. */
  public @Nullable Op op() {
    return op;
  }

  /** What it was made from. */
  public List<Value> inputs() {
    return inputs;
  }

  /** Its numbers as the engine holds them, null where none were computed. */
  public @Nullable Tensor stored() {
    return tensor;
  }

  /** Its numbers. */
  public Tensor tensor() {
    return engine.tensor(this);
  }

  private Value apply(Op operation, Value... operands) {
    return engine.apply(operation, List.of(operands));
  }

  /** The matrix product {@code [n, k] x [k, m] -> [n, m]}. */
  public Value matmul(Value other) {
    return apply(new MatMul(false, false), this, other);
  }

  /** The sum, with broadcasting. */
  public Value add(Value other) {
    return apply(new Add(), this, other);
  }

  /** The difference, with broadcasting. */
  public Value subtract(Value other) {
    return apply(new Subtract(), this, other);
  }

  /** The product number by number, with broadcasting. */
  public Value multiply(Value other) {
    return apply(new Multiply(), this, other);
  }

  /** The quotient number by number, with broadcasting. */
  public Value divide(Value other) {
    return apply(new Divide(), this, other);
  }

  /** Every number times a constant. */
  public Value scale(double factor) {
    return apply(new Scale(factor), this);
  }

  /** Every number plus a constant. */
  public Value shift(double constant) {
    return apply(new Shift(constant), this);
  }

  /** {@code e^x}. */
  public Value exp() {
    return apply(new Exp(), this);
  }

  /** The natural logarithm. */
  public Value log() {
    return apply(new Log(), this);
  }

  /** {@code x^2}. */
  public Value square() {
    return apply(new Square(), this);
  }

  /** {@code x^exponent}. */
  public Value pow(double exponent) {
    return apply(new Pow(exponent), this);
  }

  /** The square root. */
  public Value sqrt() {
    return apply(new Sqrt(), this);
  }

  /** The absolute value. */
  public Value abs() {
    return apply(new Abs(), this);
  }

  /** 1, 0 or -1. */
  public Value sign() {
    return apply(new Sign(), this);
  }

  /** {@code min(max(x, lower), upper)}. */
  public Value clip(double lower, double upper) {
    return apply(new Clip(lower, upper), this);
  }

  /** The larger number, with broadcasting. */
  public Value maximum(Value other) {
    return apply(new Maximum(), this, other);
  }

  /** The smaller number, with broadcasting. */
  public Value minimum(Value other) {
    return apply(new Minimum(), this, other);
  }

  /** 1 where this is greater, else 0, with broadcasting. */
  public Value greater(Value other) {
    return apply(new Greater(), this, other);
  }

  /** 1 where this is greater or equal, else 0, with broadcasting. */
  public Value greaterOrEqual(Value other) {
    return apply(new GreaterOrEqual(), this, other);
  }

  /** 1 where both are equal, else 0, with broadcasting. */
  public Value equalTo(Value other) {
    return apply(new Equal(), this, other);
  }

  /** {@code a} where this is not 0, else {@code b}, with broadcasting. */
  public Value where(Value a, Value b) {
    Shape all = Shape.broadcast(shape, Shape.broadcast(a.shape, b.shape));
    return apply(new Where(), broadcastTo(all), a.broadcastTo(all), b.broadcastTo(all));
  }

  /** {@code max(x, 0)}. */
  public Value relu() {
    return apply(new LeakyRelu(0), this);
  }

  /** {@code x > 0 ? x : slope x}. */
  public Value leakyRelu(double slope) {
    return apply(new LeakyRelu(slope), this);
  }

  /** {@code 1 / (1 + e^-x)}. */
  public Value sigmoid() {
    return apply(new Sigmoid(), this);
  }

  /** The hyperbolic tangent. */
  public Value tanh() {
    return apply(new Tanh(), this);
  }

  /** {@code log(1 + e^x)}. */
  public Value softplus() {
    return apply(new Softplus(), this);
  }

  /** {@code x P(x)}, {@code P(x)} the probability of a standard normal number up to {@code x}. */
  public Value gelu() {
    return apply(new Gelu(), this);
  }

  /** {@code x > 0 ? x : alpha (e^x - 1)}. */
  public Value elu(double alpha) {
    return apply(new Elu(alpha), this);
  }

  /** Softmax over the last axis. */
  public Value softmax() {
    return apply(new Softmax(), this);
  }

  /** The logarithm of the softmax over the last axis. */
  public Value logSoftmax() {
    return apply(new LogSoftmax(), this);
  }

  /** The place of the greatest number along the last axis, {@code [..., classes] -> [...]}. */
  public Value argmax() {
    return apply(new Argmax(), this);
  }

  /** The same numbers in another shape. */
  public Value reshape(Shape other) {
    return shape.equals(other) ? this : apply(new Reshape(other), this);
  }

  /** The axes in another order: axis i is axis {@code permutation[i]} of this. */
  public Value transpose(int... permutation) {
    return apply(new Transpose(IntStream.of(permutation).boxed().toList()), this);
  }

  /**
   * The part with indices {@code [from, to)} along an axis.
   *
   * @param axis from 0; negative axes count from the last, which is -1
   */
  public Value slice(int axis, int from, int to) {
    if (from == 0 && to == shape.dim(axis)) {
      return this;
    }
    List<Integer> begin = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    List<Integer> end = new ArrayList<>(IntStream.of(shape.dims()).boxed().toList());
    begin.set(axis(axis), from);
    end.set(axis(axis), to);
    return apply(new Slice(begin, end), this);
  }

  /** As many parts of one extent along an axis, in their order. */
  public List<Value> split(int axis, int parts) {
    int extent = shape.dim(axis) / parts;
    if (extent * parts != shape.dim(axis)) {
      throw new ShapeException(
          "split expects an extent that %d divides along axis %d, got %s"
              .formatted(parts, axis, shape));
    }
    return IntStream.range(0, parts)
        .mapToObj(i -> slice(axis, i * extent, (i + 1) * extent))
        .toList();
  }

  /**
   * Zeros before and behind this along an axis.
   *
   * @param axis from 0; negative axes count from the last, which is -1
   */
  public Value pad(int axis, int before, int after) {
    List<Integer> first = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    List<Integer> last = new ArrayList<>(first);
    first.set(axis(axis), before);
    last.set(axis(axis), after);
    return apply(new Pad(first, last, 0), this);
  }

  /** Others behind this along an axis; negative axes count from the last, which is -1. */
  public Value concat(int axis, Value... others) {
    List<Value> all = new ArrayList<>(List.of(others));
    all.add(0, this);
    return engine.apply(new Concat(axis(axis)), all);
  }

  /** The other way round along an axis; negative axes count from the last, which is -1. */
  public Value reverse(int axis) {
    return apply(new Reverse(axis(axis)), this);
  }

  /** The rows of this table at whole numbers: {@code [rows, ...row], [...] -> [..., ...row]}. */
  public Value gather(Value ids) {
    return apply(new Gather(), this, ids);
  }

  /** The convolution of these images with kernels. */
  public Value conv2d(Value kernel, Convolution how) {
    return apply(new Conv2d(how), this, kernel);
  }

  /**
   * The transposed convolution of these with kernels: what would propagate back to images.
   *
   * @param how the convolution goes over the images
   * @param height of the images
   * @param width of the images
   */
  public Value conv2dTranspose(Value kernel, Convolution how, int height, int width) {
    return apply(new Conv2dInputGradient(how, height, width), this, kernel);
  }

  /** The largest number of each window over these images. */
  public Value maxPool2d(Window height, Window width) {
    return apply(new MaxPool2d(height, width), this);
  }

  /** The mean of each window over these images. */
  public Value averagePool2d(Window height, Window width) {
    return apply(new AveragePool2d(height, width), this);
  }

  private int axis(int axis) {
    return axis < 0 ? axis + shape.rank() : axis;
  }

  /** Sums over the axes along which {@code target} has extent 1 or none. */
  public Value sumTo(Shape target) {
    return shape.equals(target) ? this : apply(new SumTo(target), this);
  }

  /** The means over the axes along which {@code target} has extent 1 or none. */
  public Value meanTo(Shape target) {
    return shape.equals(target) ? this : sumTo(target).scale((double) target.size() / shape.size());
  }

  /** The greatest numbers over the axes along which {@code target} has extent 1 or none. */
  public Value maxTo(Shape target) {
    return shape.equals(target) ? this : apply(new MaxTo(target), this);
  }

  /** Repeats along the axes where this has extent 1 or none. */
  public Value broadcastTo(Shape target) {
    return shape.equals(target) ? this : apply(new BroadcastTo(target), this);
  }

  /** The sum of all numbers, of shape {@code []}. */
  public Value sum() {
    return sumTo(Shape.of());
  }

  /** The mean of all numbers, of shape {@code []}. */
  public Value mean() {
    return meanTo(Shape.of());
  }

  @Override
  public String toString() {
    return (op == null ? "leaf" : op.name()) + " " + dtype + " " + shape;
  }
}
