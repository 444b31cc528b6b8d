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
 * A gated recurrent unit over whole sequences, time first: {@link Recurrence#gru} from what the
 * inputs give to the gates {@code [t, n, 3 units]}, the recurrent kernel {@code [units, 3 units]}
 * and the recurrent bias {@code [units]} to the trace {@code [t, 5, n, units]}, whose last plane
 * are the outputs.
 *
 * <p>A fourth input {@code [t, n]} is a mask: where it is 0, the state stays as it was.
 *
 * <p>First order only: its gradient has none.
 *
 * @param reverse whether from the last step to the first
 */
public record GruScan(boolean reverse) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (!Scans.fits(in, 3, 1) || !in.get(2).equals(Shape.of(in.get(1).dim(0)))) {
      throw new ShapeException(
          "gru scan expects [t, n, 3 units], [units, 3 units], [units]%s, got %s"
              .formatted(in.size() == 3 ? "" : " and [t, n]", in));
    }
    Shape x = in.get(0);
    return Shape.of(x.dim(0), Recurrence.GRU_PLANES, x.dim(1), in.get(1).dim(0));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor mask = in.size() == 3 ? null : in.get(3);
    return kernels.recurrence().gru(in.get(0), in.get(1), in.get(2), mask, reverse, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<Value> inputs = Scans.withMask(in, 3, in.get(1), out, dOut);
    Value both = out.engine().apply(new GruScanGradient(reverse), inputs);
    Shape gates = in.get(0).shape();
    int units = out.shape().dim(3);
    Value dGates = both.slice(1, 0, 1).reshape(gates);
    Value dCandidates = both.slice(1, 1, 2).slice(3, 2 * units, 3 * units);
    return Scans.gradients(
        in, dGates, Scans.kernelGradient(out, both, reverse), dCandidates.sumTo(in.get(2).shape()));
  }
}
