package io.sparrowml.op;

import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of labels under the softmax of logits, in one operation for its
 * numerical stability: {@code [n, classes], [n] -> [n]}, {@code log(sum_j e^(x_j)) - x_label}.
 */
public record SoftmaxCrossEntropy() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape logits = in.get(0);
    Shape labels = in.get(1);
    if (logits.rank() != 2 || labels.rank() != 1 || logits.dim(0) != labels.dim(0)) {
      throw new ShapeException(
          name() + " expects [n, classes] and [n], got " + logits + " and " + labels);
    }
    return labels;
  }

  @Override
  public void compute(Kernels kernels, List<Tensor> in, Tensor out) {
    kernels.softmaxCrossEntropy(in.get(0), in.get(1), out);
  }

  /** {@code dx = (softmax(x) - onehot(label)) dy}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value logits = in.get(0);
    Value labels = in.get(1);
    int n = logits.shape().dim(0);
    Value expected = labels.engine().apply(new OneHot(logits.shape().dim(1)), List.of(labels));
    Value difference = logits.softmax().subtract(expected);
    return Arrays.asList(difference.multiply(dOut.reshape(Shape.of(n, 1))), null);
  }
}
