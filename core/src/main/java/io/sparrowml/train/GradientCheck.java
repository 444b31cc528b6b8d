package io.sparrowml.train;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.autograd.Graph;
import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Parameter;
import io.sparrowml.layer.Parameters;
import io.sparrowml.loss.Loss;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Compares gradients with central differences, in double precision: for one's own operations,
 * layers and losses.
 *
 * <pre>{@code
 * GradientCheck.of(new Dense(4), Shape.of(3, 5)).check();
 * }</pre>
 *
 * <p>The function's results are multiplied with fixed weights and summed; the sum is differentiated
 * with respect to all inputs and trained parameters, on the eager engine and by a recorded {@link
 * Program}. Where the function draws random numbers, it draws the same ones each time. Numbers at
 * which a function has a kink must be kept away from it: a difference across a kink is no gradient.
 *
 * <p>An input whose gradient is zero everywhere is an error, for it would check nothing, unless
 * {@link #flat} says so.
 */
public final class GradientCheck {
  private static final double H = 1e-5;
  private static final double TOLERANCE = 1e-6;
  private static final double SMALL = 0.01;
  private static final double FLAT = 1e-9;
  private static final long LIMIT = 1L << 30;

  private final String name;
  private final Function<List<Value>, Value> function;
  private final List<Shape> shapes;
  private final List<double[]> numbers = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final Set<Integer> constants = new HashSet<>();
  private final Set<Integer> flat = new HashSet<>();

  private GradientCheck(String name, Function<List<Value>, Value> function, List<Shape> shapes) {
    this.name = name;
    this.function = function;
    this.shapes = shapes;
    RandomKey key = RandomKey.of(7).with(name);
    for (int i = 0; i < shapes.size(); i++) {
      double[] drawn = new double[Math.toIntExact(shapes.get(i).size())];
      RandomKey input = key.with(i);
      Arrays.setAll(drawn, input::normal);
      numbers.add(drawn);
      labels.add("input " + i);
    }
  }

  /**
   * A check of any function of values.
   *
   * @param name in errors; the inputs' numbers follow from it
   * @param inputs the shapes of its inputs, each a fixed draw from the standard normal distribution
   */
  public static GradientCheck of(
      String name, Function<List<Value>, Value> function, Shape... inputs) {
    return new GradientCheck(name, function, List.of(inputs));
  }

  /** A check of an operation, with respect to all its inputs. */
  public static GradientCheck of(Op op, Shape... inputs) {
    return of(op.toString(), in -> in.get(0).engine().apply(op, in), inputs);
  }

  /**
   * A check of a layer in training, with respect to its input and all its parameters.
   *
   * @param input the shape of a batch, samples along the first axis
   */
  public static GradientCheck of(Layer layer, Shape input) {
    List<Parameter> parameters = new ArrayList<>();
    ShapesOnly engine = new ShapesOnly();
    Parameters.Source collector =
        parameter -> {
          parameters.add(parameter);
          return engine.leaf(parameter.shape());
        };
    layer.apply(engine.leaf(input), Parameters.training(collector, RandomKey.of(3)));
    List<Shape> shapes = new ArrayList<>(List.of(input));
    parameters.forEach(parameter -> shapes.add(parameter.shape()));
    GradientCheck check =
        new GradientCheck(
            layer.toString(),
            values -> {
              Iterator<Value> given = values.subList(1, values.size()).iterator();
              return layer.apply(
                  values.get(0), Parameters.training(parameter -> given.next(), RandomKey.of(3)));
            },
            shapes);
    for (int i = 0; i < parameters.size(); i++) {
      check.labels.set(i + 1, "parameter " + parameters.get(i).path());
      if (!parameters.get(i).isTrained()) {
        check.constants.add(i + 1);
      }
    }
    return check;
  }

  /**
   * A check of a loss, with respect to the outputs.
   *
   * @param outputs the shape of a batch of outputs
   * @param targets that of the targets
   * @param numbers the targets
   */
  public static GradientCheck of(Loss loss, Shape outputs, Shape targets, double... numbers) {
    return of(loss.toString(), in -> loss.of(in.get(0), in.get(1)), outputs, targets)
        .constant(1, numbers);
  }

  /** Makes an input's numbers larger than 0.5. */
  public GradientCheck positive(int input) {
    double[] values = numbers.get(input);
    for (int k = 0; k < values.length; k++) {
      values[k] = 0.5 + Math.abs(values[k]);
    }
    return this;
  }

  /** Gives an input these numbers. */
  public GradientCheck with(int input, double... values) {
    numbers.set(input, values);
    return this;
  }

  /** Gives an input these numbers and asks for no gradient of it: labels, ids. */
  public GradientCheck constant(int input, double... values) {
    constants.add(input);
    return with(input, values);
  }

  /**
   * Says that the results do not depend on an input, or in steps alone: its gradient must be zero.
   */
  public GradientCheck flat(int input) {
    flat.add(input);
    return this;
  }

  /**
   * As {@link #flat(int)}, of a layer's parameter.
   *
   * @param parameter its path, such as {@code key/bias}
   * @throws IllegalArgumentException when the layer has none of this path
   */
  public GradientCheck flat(String parameter) {
    int input = labels.indexOf("parameter " + parameter);
    if (input < 0) {
      throw new IllegalArgumentException(
          "%s: flat expects one of %s, got %s".formatted(name, labels, parameter));
    }
    return flat(input);
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Checks the gradient: to 1e-6 of each number, and of 0.01 where it is smaller.
   *
   * @throws IllegalStateException naming the first number that differs, or the engines if they do
   */
  public void check() {
    check(this::weighted, true);
  }

  /**
   * Checks the gradient of a function of the gradient, for what can be differentiated twice.
   *
   * @throws IllegalStateException naming the first number that differs, or the engines if they do
   */
  public void checkSecondOrder() {
    check(
        (inputs, arena) -> {
          List<Value> gradients = Gradients.of(weighted(inputs, arena), wanted(inputs));
          Value total = gradients.get(0).square().sum();
          for (Value gradient : gradients.subList(1, gradients.size())) {
            total = total.add(gradient.square().sum());
          }
          return total;
        },
        false);
  }

  private interface Scalar {
    Value of(List<Value> inputs, Arena arena);
  }

  /** A weighted sum of the results, with weights that differ. */
  private Value weighted(List<Value> inputs, Arena arena) {
    Value y = function.apply(inputs);
    double[] weights = new double[Math.toIntExact(y.shape().size())];
    Arrays.setAll(weights, RandomKey.of(11)::normal);
    Tensor tensor = Tensor.allocate(arena, y.dtype(), y.shape()).set(weights);
    return y.multiply(y.engine().leaf(tensor)).sum();
  }

  private List<Value> wanted(List<Value> inputs) {
    List<Value> wanted = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (!constants.contains(i)) {
        wanted.add(inputs.get(i));
      }
    }
    return wanted;
  }

  private void check(Scalar scalar, boolean first) {
    try (PlainKernels kernels = new PlainKernels();
        Arena data = Arena.root("data", LIMIT);
        Arena step = Arena.root("step", LIMIT);
        Arena planned = Arena.root("planned", LIMIT)) {
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        inputs.add(Tensor.allocate(data, DType.FLOAT64, shapes.get(i)).set(numbers.get(i)));
      }
      Eager eager = Eager.recording(kernels, step);
      List<Value> values = leaves(eager, inputs);
      List<double[]> gradients =
          Gradients.of(scalar.of(values, data), wanted(values)).stream()
              .map(gradient -> gradient.tensor().toDoubles())
              .toList();

      Graph graph = new Graph();
      List<Value> recorded = leaves(graph, inputs);
      Value y = scalar.of(recorded, data);
      List<Value> outputs = Gradients.of(y, wanted(recorded));
      Program backward = graph.compile(kernels, planned, outputs);
      backward.run();
      Program forward = graph.compile(kernels, planned, List.of(y));
      Iterator<double[]> each = gradients.iterator();
      Iterator<Value> replayed = outputs.iterator();
      for (int i = 0; i < shapes.size(); i++) {
        if (!constants.contains(i)) {
          double[] gradient = each.next();
          checkEngines(i, gradient, backward.tensor(replayed.next()).toDoubles());
          checkInput(i, gradient, inputs.get(i), forward, y);
          if (first) {
            checkDependence(i, gradient);
          }
        }
      }
    }
  }

  private static List<Value> leaves(Engine engine, List<Tensor> inputs) {
    return inputs.stream().map(engine::leaf).toList();
  }

  private void checkEngines(int input, double[] eager, double[] program) {
    int differs = Arrays.mismatch(eager, program);
    if (differs >= 0) {
      throw new IllegalStateException(
          "%s: the engines expect equal gradients, got %s and %s for number %d of %s"
              .formatted(name, eager[differs], program[differs], differs, labels.get(input)));
    }
  }

  private void checkDependence(int input, double[] gradient) {
    double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
    if (largest < FLAT && !flat.contains(input)) {
      throw new IllegalStateException(
          "%s: %s expects a gradient, got zeros alone; give it other numbers, or say flat(%d)"
              .formatted(name, labels.get(input), input));
    }
    if (largest >= FLAT && flat.contains(input)) {
      throw new IllegalStateException(
          "%s: %s expects a gradient of zeros, for it is said to be flat, got %s among them"
              .formatted(name, labels.get(input), largest));
    }
  }

  private void checkInput(int input, double[] gradient, Tensor tensor, Program forward, Value y) {
    double[] values = tensor.toDoubles();
    for (int k = 0; k < values.length; k++) {
      double at = values[k];
      values[k] = at + H;
      double above = evaluate(tensor, values, forward, y);
      values[k] = at - H;
      double below = evaluate(tensor, values, forward, y);
      values[k] = at;
      double expected = (above - below) / (2 * H);
      double error = Math.abs(gradient[k] - expected) / Math.max(SMALL, Math.abs(expected));
      if (!(error < TOLERANCE)) {
        throw new IllegalStateException(
            "%s: the gradient of number %d of %s expects the difference %s, got %s"
                .formatted(name, k, labels.get(input), expected, gradient[k]));
      }
    }
    tensor.set(values);
  }

  private static double evaluate(Tensor tensor, double[] values, Program forward, Value y) {
    tensor.set(values);
    forward.run();
    return forward.tensor(y).scalar();
  }
}
