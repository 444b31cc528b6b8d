package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Unary;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code min(max(x, lower), upper)}; the gradient passes where that changes nothing.
 *
 * @param lower the least result, may be infinite
 * @param upper the greatest result, may be infinite
 */
public record Clip(double lower, double upper) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Kernel atLeast = kernels.unary(Unary.AT_LEAST, lower, in.get(0), out);
    Kernel atMost = kernels.unary(Unary.AT_MOST, upper, out, out);
    return () -> {
      atLeast.run();
      atMost.run();
    };
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.multiply(in.get(0).equalTo(out)));
  }
}
