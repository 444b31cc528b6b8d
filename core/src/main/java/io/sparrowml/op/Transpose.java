package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.View;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The axes in another order, {@code [2, 3, 4] -> [2, 4, 3]} with {@code [0, 2, 1]}.
 *
 * @param permutation which axis of the input each axis of the result is
 */
public record Transpose(List<Integer> permutation) implements Op {
  /** Takes a copy of the list. */
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape x = in.get(0);
    List<Integer> axes = IntStream.range(0, x.rank()).boxed().toList();
    if (!permutation.stream().sorted().toList().equals(axes)) {
      throw new ShapeException(
          "transpose expects an order of the axes of %s, got %s".formatted(x, permutation));
    }
    return Shape.of(permutation.stream().mapToInt(x::dim).toArray());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    View source = View.of(in.get(0).shape()).permuted(permutation);
    return kernels.movement().copy(in.get(0), source, out, View.of(out.shape()));
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<Integer> inverse =
        IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList();
    return List.of(dOut.engine().apply(new Transpose(inverse), List.of(dOut)));
  }
}
