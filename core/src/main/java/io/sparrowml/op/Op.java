package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
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
   * The gradient of some scalar with respect to each input, given it with respect to the result.
   *
   * @param in the inputs
   * @param out the result
   * @param dOut the gradient with respect to the result, of its shape
   * @return for each input its gradient, or null where the result does not depend on it smoothly
   */
  List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut);
}
