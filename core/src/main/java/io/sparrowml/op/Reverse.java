package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.View;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The other way round along an axis, the last index first.
 *
 * @param axis along which, from 0
 */
public record Reverse(int axis) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    if (axis < 0 || axis >= in.get(0).rank()) {
      throw new ShapeException("reverse expects axis %d, got %s".formatted(axis, in.get(0)));
    }
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    View all = View.of(out.shape());
    int extent = out.shape().dim(axis);
    Kernel[] copies = new Kernel[extent];
    for (int i = 0; i < extent; i++) {
      View source = all.part(axis, extent - 1 - i, 1, 1);
      copies[i] = kernels.movement().copy(in.get(0), source, out, all.part(axis, i, 1, 1));
    }
    return () -> {
      for (Kernel copy : copies) {
        copy.run();
      }
    };
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return List.of(dOut.reverse(axis));
  }
}
