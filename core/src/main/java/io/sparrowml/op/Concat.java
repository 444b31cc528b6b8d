package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.View;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tensors one behind the other along an axis, {@code [n, 2], [n, 3] -> [n, 5]}.
 *
 * @param axis along which, from 0
 */
public record Concat(int axis) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape first = in.get(0);
    boolean fits = axis >= 0 && axis < first.rank();
    int extent = 0;
    for (Shape shape : in) {
      fits =
          fits && shape.rank() == first.rank() && shape.with(axis, 0).equals(first.with(axis, 0));
      extent += fits ? shape.dim(axis) : 0;
    }
    if (!fits) {
      throw new ShapeException(
          "concat expects shapes that are alike but along axis %d, got %s".formatted(axis, in));
    }
    return first.with(axis, extent);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Kernel[] copies = new Kernel[in.size()];
    int from = 0;
    for (int i = 0; i < copies.length; i++) {
      Tensor part = in.get(i);
      int extent = part.shape().dim(axis);
      View target = View.of(out.shape()).part(axis, from, extent, 1);
      copies[i] = kernels.movement().copy(part, View.of(part.shape()), out, target);
      from += extent;
    }
    return () -> {
      for (Kernel copy : copies) {
        copy.run();
      }
    };
  }

  /** Each input's part. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<@Nullable Value> parts = new ArrayList<>();
    int from = 0;
    for (Value input : in) {
      int to = from + input.shape().dim(axis);
      parts.add(dOut.slice(axis, from, to));
      from = to;
    }
    return parts;
  }
}
