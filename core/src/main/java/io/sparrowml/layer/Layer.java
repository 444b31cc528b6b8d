package io.sparrowml.layer;

import io.sparrowml.op.Value;

/**
 * A layer: a record of hyper-parameters that holds no numbers. The one method below infers shapes,
 * declares parameters, trains and predicts, depending on what it is given.
 */
public interface Layer {
  /**
   * The layer's output.
   *
   * @param x the input, samples along the first axis
   * @param p the layer's parameters, by name
   * @throws io.sparrowml.tensor.ShapeException when the input's shape does not fit
   */
  Value apply(Value x, Parameters p);
}
