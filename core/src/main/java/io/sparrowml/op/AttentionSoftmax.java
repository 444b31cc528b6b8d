package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much each query attends to each key: the softmax of {@code scale scores} over the keys that
 * it may see, and 0 for the others, {@code [n, ..., queries, keys] -> [n, ..., queries, keys]}.
 * Where a query may see no key, all are 0 (PyTorch has NaN).
 *
 * <p>A second input {@code [n, keys]} says which keys may be seen: those where it is not 0.
 *
 * @param scale what scores are multiplied with
 * @param causal whether query i sees keys 0 to i alone
 */
public record AttentionSoftmax(double scale, boolean causal) implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape scores = in.get(0);
    boolean fits =
        scores.rank() >= 3
            && (!causal || scores.dim(-1) == scores.dim(-2))
            && (in.size() == 1 || in.get(1).equals(Shape.of(scores.dim(0), scores.dim(-1))));
    if (!fits) {
      throw new ShapeException(
          "attention softmax expects [n, ..., %s, keys]%s, got %s"
              .formatted(
                  causal ? "keys" : "queries",
                  in.size() == 1 ? "" : " and [n, keys]",
                  in.size() == 1 ? scores : scores + " and " + in.get(1)));
    }
    return scores;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor mask = in.size() == 1 ? null : in.get(1);
    return kernels.attention().softmax(in.get(0), scale, causal, mask, out);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    List<@Nullable Value> gradients = new ArrayList<>();
    gradients.add(out.engine().apply(new SoftmaxGradient(scale), List.of(out, dOut)));
    if (in.size() > 1) {
      gradients.add(null);
    }
    return gradients;
  }
}
