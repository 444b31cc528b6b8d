package io.sparrowml.kernel;

/** Functions of two numbers, some with a parameter {@code p}. */
public enum Binary {
  /** {@code a + b}. */
  ADD,
  /** {@code a - b}. */
  SUBTRACT,
  /** {@code a b}. */
  MULTIPLY,
  /** {@code a / b}. */
  DIVIDE,
  /**
   * The gradient of {@link Unary#LEAKY_RELU} at {@code a} times {@code b}: {@code a > 0 ? b : p b},
   * and either of them where {@code a} is not a number.
   */
  LEAKY_RELU_GRADIENT,
  /** The larger one, NaN where either is. */
  MAXIMUM,
  /** The smaller one, NaN where either is. */
  MINIMUM,
  /** 1 where {@code a > b}, else 0. */
  GREATER,
  /** 1 where {@code a >= b}, else 0. */
  GREATER_OR_EQUAL,
  /** 1 where {@code a = b}, else 0. */
  EQUAL;

  /** The function in double precision: the definition that every kernel is tested against. */
  public double apply(double a, double b, double p) {
    return switch (this) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case LEAKY_RELU_GRADIENT -> a > 0 ? b : p * b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case GREATER -> a > b ? 1 : 0;
      case GREATER_OR_EQUAL -> a >= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
    };
  }
}
