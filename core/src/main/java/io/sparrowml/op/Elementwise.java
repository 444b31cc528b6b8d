package io.sparrowml.op;

import io.sparrowml.kernel.Binary;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.kernel.Unary;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/** What the operations that work number by number share: their shape rule and computation. */
final class Elementwise {
  private Elementwise() {}

  /** A function of one value. */
  interface OfOne extends Op {
    /** The function. */
    Unary function();

    /** The function's parameter. */
    default double parameter() {
      return 0;
    }

    @Override
    default Shape infer(List<Shape> in) {
      return in.get(0);
    }

    @Override
    default Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
      return kernel(kernels, in, out, List.of());
    }

    @Override
    default Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
      return kernels.unary(function(), parameter(), in.get(0), out, then);
    }

    @Override
    default boolean stepsOn(int on) {
      return true;
    }

    @Override
    default Step step(int on, List<Tensor> in) {
      return new Step.One(function(), parameter());
    }
  }

  /** A function of two values, with broadcasting. */
  interface OfTwo extends Op {
    /** The function. */
    Binary function();

    /** The function's parameter. */
    default double parameter() {
      return 0;
    }

    @Override
    default Shape infer(List<Shape> in) {
      try {
        return Shape.broadcast(in.get(0), in.get(1));
      } catch (ShapeException e) {
        throw new ShapeException(name() + " " + e.getMessage());
      }
    }

    @Override
    default Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
      return kernel(kernels, in, out, List.of());
    }

    @Override
    default Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
      return kernels.binary(function(), parameter(), in.get(0), in.get(1), out, then);
    }

    @Override
    default boolean stepsOn(int on) {
      return on == 0 || function() == Binary.ADD || function() == Binary.MULTIPLY;
    }

    @Override
    default Step step(int on, List<Tensor> in) {
      return new Step.Two(function(), parameter(), in.get(1 - on));
    }
  }
}
