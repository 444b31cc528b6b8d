package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows with a one at the label and zeros elsewhere, {@code [...] -> [..., classes]}.
 *
 * @param classes how many classes there are; labels are whole numbers from 0
 */
public record OneHot(int classes) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0).append(classes);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.oneHot(in.get(0), out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
