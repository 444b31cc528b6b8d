package io.sparrowml.train;

import io.sparrowml.loss.Loss;
import io.sparrowml.metric.Task;
import io.sparrowml.tensor.Shape;

/** What metrics are told of a model before it has any outputs. */
public final class Tasks {
  private static final Shape SEQUENCE = Shape.of(1);

  private Tasks() {}

  /**
   * The task of a network that is trained with a loss.
   *
   * @param output the shape of one sample's outputs: its last axis is that of the classes where the
   *     loss has one for them
   */
  public static Task of(Loss loss, Shape output) {
    boolean single = loss.classifies() && loss.outputs(SEQUENCE, 2).rank() == SEQUENCE.rank();
    return new Task(
        loss.classifies(), single || output.rank() == 0 ? 1 : output.dim(output.rank() - 1));
  }
}
