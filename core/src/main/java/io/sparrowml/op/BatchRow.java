package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * A row of the sums of batch normalization, {@code [rows, channels] -> [channels]}.
 *
 * @param row its number
 */
public record BatchRow(int row) implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() != 2 || row >= in.get(0).dim(0)) {
      throw new ShapeException(
          "%s expects [rows, channels] with a row %d, got %s".formatted(name(), row, in.get(0)));
    }
    return in.get(0).from(1);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor from = in.get(0).rows(row, 1);
    return () -> out.copyFrom(from);
  }
}
