package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;

/** What a kernel does to every number of its result before it leaves it. */
public sealed interface Step {
  /**
   * A function of the number.
   *
   * @param parameter the function's {@code p}
   */
  record One(Unary function, double parameter) implements Step {}

  /**
   * A function of the number and of another, in this order.
   *
   * @param parameter the function's {@code p}
   * @param operand the other numbers, of a shape that stretches to that of the result
   */
  record Two(Binary function, double parameter, Tensor operand) implements Step {}
}
