package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Compares gradients with central differences, in double precision. */
public final class FiniteDifferences {
  private static final double H = 1e-5;
  private static final double TOLERANCE = 1e-6;

  private final String name;
  private final Function<List<Value>, Value> function;
  private final List<double[]> numbers = new ArrayList<>();
  private final List<Shape> shapes;
  private final List<Integer> constants = new ArrayList<>();

  /**
   * A function of inputs of these shapes, each a fixed draw from the standard normal distribution.
   */
  public FiniteDifferences(String name, Function<List<Value>, Value> function, Shape... shapes) {
    this.name = name;
    this.function = function;
    this.shapes = List.of(shapes);
    RandomKey key = RandomKey.of(7).with(name);
    for (int i = 0; i < shapes.length; i++) {
      double[] drawn = new double[(int) shapes[i].size()];
      for (int k = 0; k < drawn.length; k++) {
        drawn[k] = key.with(i).normal(k);
      }
      numbers.add(drawn);
    }
  }

  /** Makes an input's numbers larger than 0.5. */
  public FiniteDifferences positive(int input) {
    double[] values = numbers.get(input);
    for (int k = 0; k < values.length; k++) {
      values[k] = 0.5 + Math.abs(values[k]);
    }
    return this;
  }

  /** Gives an input these numbers and asks for no gradient of it. */
  public FiniteDifferences constant(int input, double... values) {
    numbers.set(input, values);
    constants.add(input);
    return this;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Checks the first order. */
  public void check() {
    check(this::loss);
  }

  /** Checks the gradient of a function of the gradient. */
  public void checkSecondOrder() {
    check(
        inputs -> {
          List<Value> wanted = new ArrayList<>();
          for (int i = 0; i < inputs.size(); i++) {
            if (!constants.contains(i)) {
              wanted.add(inputs.get(i));
            }
          }
          List<Value> gradients = Gradients.of(loss(inputs), wanted);
          Value total = gradients.get(0).square().sum();
          for (Value gradient : gradients.subList(1, gradients.size())) {
            total = total.add(gradient.square().sum());
          }
          return total;
        });
  }

  /** A weighted sum of the results, with weights that differ. */
  private Value loss(List<Value> inputs) {
    Value y = function.apply(inputs);
    return y.multiply(weights(y)).sum();
  }

  private static Value weights(Value y) {
    Eager eager = (Eager) y.engine();
    Tensor weights = eager.allocate(y.dtype(), y.shape());
    double[] values = new double[weights.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = RandomKey.of(11).normal(i);
    }
    return eager.leaf(weights.set(values));
  }

  private void check(Function<List<Value>, Value> scalar) {
    try (Arena arena = Arena.root("check", 1L << 30);
        PlainKernels kernels = new PlainKernels()) {
      Eager eager = Eager.recording(kernels, arena);
      List<Value> inputs = leaves(eager);
      List<double[]> gradients =
          Gradients.of(scalar.apply(inputs), inputs).stream()
              .map(g -> g.tensor().toDoubles())
              .toList();
      for (int i = 0; i < shapes.size(); i++) {
        if (!constants.contains(i)) {
          checkInput(eager, scalar, i, gradients.get(i));
        }
      }
    }
  }

  private void checkInput(
      Eager eager, Function<List<Value>, Value> scalar, int input, double[] gradient) {
    double[] values = numbers.get(input);
    for (int k = 0; k < values.length; k++) {
      double at = values[k];
      values[k] = at + H;
      double above = evaluate(eager, scalar);
      values[k] = at - H;
      double below = evaluate(eager, scalar);
      values[k] = at;
      double expected = (above - below) / (2 * H);
      double error = Math.abs(gradient[k] - expected) / Math.max(1, Math.abs(expected));
      assertThat(error)
          .as(
              "%s: input %d, number %d: gradient %s, difference %s",
              name, input, k, gradient[k], expected)
          .isLessThan(TOLERANCE);
    }
  }

  private double evaluate(Eager eager, Function<List<Value>, Value> scalar) {
    eager.reset();
    return scalar.apply(leaves(eager)).tensor().scalar();
  }

  private List<Value> leaves(Eager eager) {
    List<Value> leaves = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Tensor tensor = eager.allocate(DType.FLOAT64, shapes.get(i));
      leaves.add(eager.leaf(tensor.set(numbers.get(i).clone())));
    }
    return leaves;
  }
}
