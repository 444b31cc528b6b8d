package io.sparrowml.autograd;

import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.GradientCheck;
import java.util.List;
import java.util.function.Function;

/** Compares gradients with central differences, in double precision. */
public final class FiniteDifferences {
  private final GradientCheck check;

  /**
   * A function of inputs of these shapes, each a fixed draw from the standard normal distribution.
   */
  public FiniteDifferences(String name, Function<List<Value>, Value> function, Shape... shapes) {
    this.check = GradientCheck.of(name, function, shapes);
  }

  /** Makes an input's numbers larger than 0.5. */
  public FiniteDifferences positive(int input) {
    check.positive(input);
    return this;
  }

  /** Gives an input these numbers and asks for no gradient of it. */
  public FiniteDifferences constant(int input, double... values) {
    check.constant(input, values);
    return this;
  }

  @Override
  public String toString() {
    return check.toString();
  }

  /** Checks the first order. */
  public void check() {
    check.check();
  }

  /** Checks the gradient of a function of the gradient. */
  public void checkSecondOrder() {
    check.checkSecondOrder();
  }
}
