package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation: a record of its attributes with three methods, all that the engines know of it.
 *
 * <p>The gradient is written in the same algebra, so gradients of gradients come free.
 */
public interface Op {
  /** The name in errors. */
  default String name() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
        .toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * The shape of the result: the only place where shapes are judged.
   *
   * @throws io.sparrowml.tensor.ShapeException saying what is expected and what came
   */
  Shape infer(List<Shape> in);

  /**
   * The computation that fills {@code out}, of the inferred shape, from {@code in}, each time it
   * runs. Engines that repeat themselves keep it.
   */
  Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out);

  /**
   * As {@link #kernel(Kernels, List, Tensor)}, with steps on the result: operations whose kernels
   * can do them on the way say how.
   */
  default Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
    return kernels.then(kernel(kernels, in, out), out, then);
  }

  /**
   * Whether this can be done number by number on one of its inputs, in place: then {@link #step}
   * says how.
   *
   * @param on which input
   */
  default boolean stepsOn(int on) {
    return false;
  }

  /**
   * This operation as a step on the numbers of one of its inputs.
   *
   * @param on which input, such that {@link #stepsOn}
   * @param in the other inputs at their places
   */
  default Step step(int on, List<Tensor> in) {
    throw new IllegalStateException(name() + " is no step");
  }

  /**
   * The gradient of some scalar with respect to each input, given it with respect to the result.
   *
   * @param in the inputs
   * @param out the result
   * @param dOut the gradient with respect to the result, of its shape
   * @return for each input its gradient, or null where the result does not depend on it smoothly
   */
  List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut);
}
