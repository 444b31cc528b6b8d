package io.sparrowml.layer;

import io.sparrowml.op.AttentionSoftmax;
import io.sparrowml.op.MatMul;
import io.sparrowml.op.Value;
import java.util.List;

/**
 * {@code softmax(q k' / sqrt(size)) v} (Vaswani et al., <em>Attention is all you need</em>, 2017,
 * equation 1), with dropout of the weights in training: what layers of attention are made of.
 *
 * @param causal whether a query sees keys up to its own place alone
 * @param dropout the probability of dropping a weight, in [0, 1)
 */
public record ScaledDotProductAttention(boolean causal, double dropout) {
  /**
   * The values seen by each query, {@code [n, heads, t, size]}.
   *
   * @param queries {@code [n, heads, t, size]}
   * @param keys of the same shape; those at padded steps, as {@link Parameters#mask} says, are not
   *     seen
   * @param values of the same shape
   */
  public Value of(Value queries, Value keys, Value values, Parameters p) {
    Value scores = queries.engine().apply(new MatMul(false, true), List.of(queries, keys));
    double scale = 1 / Math.sqrt(queries.shape().dim(-1));
    Value mask = p.mask();
    Value weights =
        scores
            .engine()
            .apply(
                new AttentionSoftmax(scale, causal),
                mask == null ? List.of(scores) : List.of(scores, mask));
    return p.apply("weights", new Dropout(dropout), weights).matmul(values);
  }
}
