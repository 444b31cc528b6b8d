package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One number everywhere, made from nothing: {@code -> [...]}.
 *
 * @param shape to fill
 */
public record Full(Shape shape, double number) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return shape;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    double[] numbers = new double[Math.min(1024, out.size())];
    Arrays.fill(numbers, number);
    return () -> {
      for (int from = 0; from < out.size(); from += numbers.length) {
        out.write(from, numbers, Math.min(numbers.length, out.size() - from));
      }
    };
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of();
  }
}
