package io.sparrowml.op;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/**
 * What runs operations: now, later, or only as far as their shapes. Layers, losses and gradient
 * rules are written against this class and never know which.
 */
public abstract class Engine {
  /** For the engines, which live in other packages. */
  protected Engine() {}

  /**
   * Applies an operation.
   *
   * @param inputs values of this engine
   * @throws io.sparrowml.tensor.ShapeException when the shapes do not fit
   */
  public abstract Value apply(Op op, List<Value> inputs);

  /** A value that no operation made: data, a parameter, a constant. */
  public abstract Value leaf(Tensor tensor);

  /** A value of the shape of {@code like}, every number of which is {@code number}. */
  public abstract Value full(Value like, double number);

  /**
   * Does something for a layer: an engine may remember of values for whom they were made.
   *
   * @param layer its path
   * @return what the work returns
   */
  public Value within(String layer, Supplier<Value> work) {
    return work.get();
  }

  /** Works out the gradient that goes through a value: that is done for the value's layer. */
  public void backward(Value through, Runnable work) {
    work.run();
  }

  /**
   * Says that the numbers of a value will not be asked for again, nor those of its uses: an engine
   * may take their memory back.
   */
  public void release(Value value) {}

  /**
   * The numbers of a value.
   *
   * @throws IllegalStateException when this engine has not computed them
   */
  public abstract Tensor tensor(Value value);
}
