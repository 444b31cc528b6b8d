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
 * Random numbers of the standard normal distribution, of the input's shape and without regard to
 * its numbers.
 *
 * @param draw which random numbers
 */
public record Gaussian(RandomDraw draw) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.gaussian(draw, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
