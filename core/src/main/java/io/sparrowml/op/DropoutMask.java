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
 * Numbers of the input's shape that are 0 with probability {@code rate} and {@code 1 / (1 - rate)}
 * else: what inverted dropout multiplies with (Srivastava et al., 2014).
 *
 * @param rate the probability of a zero, in [0, 1)
 * @param draw which random numbers
 */
public record DropoutMask(double rate, RandomDraw draw) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0);
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
