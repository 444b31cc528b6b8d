package io.sparrowml.autograd;

import io.sparrowml.op.Engine;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** An engine that follows shapes and computes nothing: how a network is measured before it runs. */
public final class ShapesOnly extends Engine {
  private final List<Value> values = new ArrayList<>();

  @Override
  public Value apply(Op op, List<Value> inputs) {
    List<Shape> shapes = inputs.stream().map(Value::shape).toList();
    return made(
        new Value(this, values.size(), inputs.get(0).dtype(), op.infer(shapes), op, inputs, null));
  }

  private Value made(Value value) {
    values.add(value);
    return value;
  }

  /** A leaf of 32-bit numbers of this shape. */
  public Value leaf(Shape shape) {
    return made(new Value(this, values.size(), DType.FLOAT32, shape, null, List.of(), null));
  }

  @Override
  public Value leaf(Tensor tensor) {
    return made(
        new Value(this, values.size(), tensor.dtype(), tensor.shape(), null, List.of(), null));
  }

  @Override
  public Value full(Value like, double number) {
    return leaf(like.shape());
  }

  @Override
  public Tensor tensor(Value value) {
    throw new IllegalStateException(
        "this engine follows shapes only: " + value + " has no numbers");
  }

  /** How many bytes the results of all operations so far would take. */
  public long resultBytes() {
    return values.stream()
        .filter(value -> value.op() != null)
        .mapToLong(value -> value.shape().size() * value.dtype().bytes())
        .sum();
  }
}
