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
  GELU_DERIVATIVE,
  /** {@code x > 0 ? x : p (e^x - 1)}. */
  ELU,
  /** The derivative of {@link #ELU}, {@code x > 0 ? 1 : p e^x}. */
  ELU_DERIVATIVE,
  /** {@code x^p}. */
  POWER,
  /** The square root. */
  SQRT,
  /** The absolute value. */
  ABS,
  /** 1 above zero, -1 below, and 0 at it. */
  SIGN,
  /** {@code max(x, p)}. */
  AT_LEAST,
  /** {@code min(x, p)}. */
  AT_MOST,
  /** {@code 1 / sqrt(x + p)}. */
  INVERSE_ROOT;

  /** Below this the normal distribution's probabilities are 0. */
  private static final double VANISHED = -40;

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
      case GELU -> x < VANISHED ? 0 : x * NormalDistribution.probability(x);
      case GELU_DERIVATIVE ->
          x < VANISHED || x > -VANISHED
              ? (x > 0 ? 1 : 0)
              : NormalDistribution.probability(x) + x * NormalDistribution.density(x);
      case ELU -> x > 0 ? x : p * Math.expm1(x);
      case ELU_DERIVATIVE -> x > 0 ? 1 : p * Math.exp(x);
      case POWER -> Math.pow(x, p);
      case SQRT -> Math.sqrt(x);
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case AT_LEAST -> Math.max(x, p);
      case AT_MOST -> Math.min(x, p);
      case INVERSE_ROOT -> 1 / Math.sqrt(x + p);
    };
  }
}
