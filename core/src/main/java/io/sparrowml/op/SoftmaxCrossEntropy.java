package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The negative log-likelihood of labels under the softmax of logits, in one operation for its
 * numerical stability: {@code [..., classes], [...] -> [...]}, {@code log(sum_j e^(x_j)) -
 * x_label}.
 */
public record SoftmaxCrossEntropy() implements Op {
  @Override
  public Shape infer(List<Shape> in) {
    Shape logits = in.get(0);
    Shape labels = in.get(1);
    if (logits.rank() == 0 || !logits.equals(labels.append(logits.dim(-1)))) {
      throw new ShapeException(
          name() + " expects [..., classes] and [...], got " + logits + " and " + labels);
    }
    return labels;
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.softmaxCrossEntropy(in.get(0), in.get(1), out);
  }

  /** {@code dx = (softmax(x) - onehot(label)) dy}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value logits = in.get(0);
    Value labels = in.get(1);
    Value expected = labels.engine().apply(new OneHot(logits.shape().dim(-1)), List.of(labels));
    Value difference = logits.softmax().subtract(expected);
    return Arrays.asList(difference.multiply(dOut.reshape(dOut.shape().append(1))), null);
  }
}
