package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Recurrence;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of {@link GruScan} with respect to the gates' inputs and to the recurrent sums,
 * {@code [t, 2, n, 3 units]}, from the kernel, the trace, the gradient with respect to the trace,
 * and the mask if there is one.
 *
 * @param reverse that of the scan
 */
public record GruScanGradient(boolean reverse) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return Scans.ofGradient(name(), in, Recurrence.GRU_PLANES, 3, 2);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor mask = in.size() == 3 ? null : in.get(3);
    return kernels.recurrence().gruGradient(in.get(0), mask, reverse, in.get(1), in.get(2), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    throw Scans.once("gru scan");
  }
}
