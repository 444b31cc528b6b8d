package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, without regard to the input's, that are 0 with probability {@code rate} and {@code 1 /
 * (1 - rate)} else: what inverted dropout multiplies with (Srivastava et al., 2014).
 *
 * @param rate the probability of a zero, in [0, 1)
 * @param draw which random numbers
 * @param wholeChannels whether there is one number for a sample's channel, {@code [n, ...,
 *     channels] -> [n, 1, ..., channels]}, rather than one for each number of the input
 */
public record DropoutMask(double rate, RandomDraw draw, boolean wholeChannels) implements Op {
  /** A mask of the input's shape. */
  public DropoutMask(double rate, RandomDraw draw) {
    this(rate, draw, false);
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape shape = in.get(0);
    if (wholeChannels) {
      for (int axis = 1; axis < shape.rank() - 1; axis++) {
        shape = shape.with(axis, 1);
      }
    }
    return shape;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.dropoutMask(draw, rate, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
