package io.sparrowml.kernel;

/** Functions of one number, some with a parameter {@code p}. */
public enum Unary {
  /** {@code p x}. */
  SCALE,
  /** {@code x + p}. */
  SHIFT,
  /** {@code e^x}. */
  EXP,
  /** The natural logarithm. */
  LOG,
  /** {@code x^2}. */
  SQUARE,
  /** {@code x > 0 ? x : p x}; ReLU where {@code p} is 0. */
  LEAKY_RELU,
  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code log(1 + e^x)}, without overflow. */
  SOFTPLUS,
  /** {@code x P(x)}, {@code P(x)} the probability of a standard normal number up to {@code x}. */
  GELU,
  /** The derivative of {@link #GELU}, {@code P(x) + x p(x)}, with the density {@code p}. */
  GELU_DERIVATIVE;

  /** The function in double precision: the definition that every kernel is tested against. */
  public double apply(double x, double p) {
    return switch (this) {
      case SCALE -> p * x;
      case SHIFT -> x + p;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQUARE -> x * x;
      case LEAKY_RELU -> x > 0 ? x : p * x;
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case GELU -> x * NormalDistribution.probability(x);
      case GELU_DERIVATIVE -> NormalDistribution.probability(x) + x * NormalDistribution.density(x);
    };
  }
}
