package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Recurrence;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A long short-term memory over whole sequences, time first: {@link Recurrence#lstm} from what the
 * inputs give to the gates {@code [t, n, 4 units]} and the recurrent kernel {@code [units, 4
 * units]} to the trace {@code [t, 6, n, units]}, whose last plane are the outputs.
 *
 * <p>A third input {@code [t, n]} is a mask: where it is 0, the state stays as it was.
 *
 * <p>First order only: its gradient has none.
 *
 * @param reverse whether from the last step to the first
 */
public record LstmScan(boolean reverse) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (!Scans.fits(in, 4, 0)) {
      throw new ShapeException(
          "lstm scan expects [t, n, 4 units], [units, 4 units]%s, got %s"
              .formatted(in.size() == 2 ? "" : " and [t, n]", in));
    }
    Shape x = in.get(0);
    return Shape.of(x.dim(0), Recurrence.LSTM_PLANES, x.dim(1), in.get(1).dim(0));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor mask = in.size() == 2 ? null : in.get(2);
    return kernels.recurrence().lstm(in.get(0), in.get(1), mask, reverse, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value kernel = in.get(1);
    List<Value> inputs = Scans.withMask(in, 2, kernel, out, dOut);
    Value dGates = out.engine().apply(new LstmScanGradient(reverse), inputs);
    Shape shape = dGates.shape();
    Value parts = dGates.reshape(Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2)));
    return Scans.gradients(in, dGates, Scans.kernelGradient(out, parts, reverse));
  }
}
