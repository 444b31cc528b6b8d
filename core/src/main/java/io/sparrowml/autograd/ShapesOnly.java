package io.sparrowml.autograd;

import io.sparrowml.op.Engine;
import io.sparrowml.op.Full;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/** An engine that follows shapes and computes nothing: how a network is measured before it runs. */
public final class ShapesOnly extends Engine {
  private long made;

  @Override
  public Value apply(Op op, List<Value> inputs) {
    List<Shape> shapes = inputs.stream().map(Value::shape).toList();
    return result(inputs.get(0).dtype(), op.infer(shapes), op, inputs);
  }

  private Value result(DType dtype, Shape shape, Op op, List<Value> inputs) {
    return new Value(this, made++, dtype, shape, op, inputs, null);
  }

  /** A leaf of 32-bit numbers of this shape. */
  public Value leaf(Shape shape) {
    return new Value(this, made++, DType.FLOAT32, shape, null, List.of(), null);
  }

  @Override
  public Value leaf(Tensor tensor) {
    return new Value(this, made++, tensor.dtype(), tensor.shape(), null, List.of(), null);
  }

  @Override
  public Value full(Value like, double number) {
    return result(like.dtype(), like.shape(), new Full(like.shape(), number), List.of());
  }

  @Override
  public Tensor tensor(Value value) {
    throw new IllegalStateException(
        "this engine follows shapes only: " + value + " has no numbers");
  }
}
