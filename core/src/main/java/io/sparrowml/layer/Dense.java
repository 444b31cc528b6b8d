package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.Value;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * A fully connected layer: {@code activation(x kernel + bias)}, {@code [n, in] -> [n, units]}; of
 * inputs with more axes the last one is taken, {@code [n, t, in] -> [n, t, units]}, as in Keras and
 * PyTorch.
 *
 * @param units how many outputs
 * @param activation what is applied to the sums, {@code linear} unless given
 * @param kernel how {@code kernel [in, units]} starts, {@code xavier-uniform} unless given (PyTorch
 *     starts uniform within {@code 1 / sqrt(in)})
 * @param bias how {@code bias [units]} starts, {@code zeros} unless given
 * @param useBias whether there is a bias, true unless given
 * @param regularizer the penalty on the kernel, {@code none} unless given
 */
public record Dense(
    int units,
    @Default("linear") Activation activation,
    @Default("xavier-uniform") Initializer kernel,
    @Default("zeros") Initializer bias,
    @Default("true") boolean useBias,
    @Default("none") Regularizer regularizer)
    implements Layer {

  /** Checks the units. */
  public Dense {
    Ranges.atLeastOne("units", units);
  }

  /** A layer whose bias starts as zeros. */
  public Dense(int units, Activation activation, Initializer kernel) {
    this(units, activation, kernel, new Zeros(), true, new None());
  }

  /** A linear layer with the default start. */
  public Dense(int units) {
    this(units, new Linear(), new XavierUniform());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Shape shape = x.shape();
    if (shape.rank() < 2) {
      throw new ShapeException("dense expects [n, ..., features], got " + shape);
    }
    int in = shape.dim(-1);
    Value rows = x.reshape(Shape.of(Math.toIntExact(shape.with(-1, 1).size()), in));
    Value y = rows.matmul(p.get("kernel", Shape.of(in, units), kernel, regularizer));
    if (useBias) {
      y = y.add(p.get("bias", Shape.of(units), bias));
    }
    return activation.of(y).reshape(shape.with(-1, units));
  }
}
