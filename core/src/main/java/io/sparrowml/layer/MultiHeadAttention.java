package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.Value;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Self-attention with several heads (Vaswani et al., <em>Attention is all you need</em>, 2017,
 * section 3.2): {@code [n, t, d] -> [n, t, d]}. Queries, keys and values are dense layers of x,
 * each head attends over its share of their units, and one more dense layer mixes what the heads
 * saw. Its parameters are those of the dense layers {@code query}, {@code key}, {@code value} and
 * {@code output}.
 *
 * <p>Padded steps are not seen by others. Kernels start by their own fans; PyTorch starts those of
 * queries, keys and values as if they were one.
 *
 * @param heads how many heads
 * @param units of queries, keys and values, all heads together; as many as the input has unless
 *     given
 * @param causal whether a step sees itself and those before it alone, false unless given
 * @param dropout the probability of dropping an attention weight in training, 0 unless given
 * @param kernel how the kernels start, {@code xavier-uniform} unless given
 * @param bias how the biases start, {@code zeros} unless given
 * @param useBias whether there are biases, true unless given
 * @param regularizer the penalty on the kernels, {@code none} unless given
 */
public record MultiHeadAttention(
    int heads,
    @Nullable Integer units,
    @Default("false") boolean causal,
    @Default("0") double dropout,
    @Default("xavier-uniform") Initializer kernel,
    @Default("zeros") Initializer bias,
    @Default("true") boolean useBias,
    @Default("none") Regularizer regularizer)
    implements Layer {

  /** Checks heads, units and dropout. */
  public MultiHeadAttention {
    Ranges.atLeastOne("heads", heads);
    if (units != null && (units < 1 || units % heads != 0)) {
      throw new ConfigException(
          "units: expects a number that " + heads + " heads divide, got " + units);
    }
    Ranges.fraction("dropout", dropout);
  }

  /** A layer with the default start. */
  public MultiHeadAttention(int heads, boolean causal, double dropout) {
    this(heads, null, causal, dropout, new XavierUniform(), new Zeros(), true, new None());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Shape shape = x.shape();
    if (shape.rank() != 3) {
      throw new ShapeException("multi-head-attention expects [n, t, features], got " + shape);
    }
    int width = units == null ? shape.dim(2) : units;
    if (width % heads != 0) {
      throw new ShapeException(
          "multi-head-attention expects features that %d heads divide, got %s; give it units"
              .formatted(heads, shape));
    }
    Value queries = byHead(p.apply("query", dense(width), x));
    Value keys = byHead(p.apply("key", dense(width), x));
    Value values = byHead(p.apply("value", dense(width), x));
    Value seen = new ScaledDotProductAttention(causal, dropout).of(queries, keys, values, p);
    Value joined = seen.transpose(0, 2, 1, 3).reshape(shape.with(2, width));
    return p.apply("output", dense(shape.dim(2)), joined);
  }

  private Dense dense(int outputs) {
    return new Dense(outputs, new Linear(), kernel, bias, useBias, regularizer);
  }

  /** {@code [n, t, units] -> [n, heads, t, units / heads]}. */
  private Value byHead(Value x) {
    Shape shape = x.shape();
    int size = shape.dim(2) / heads;
    Shape split = Shape.of(shape.dim(0), shape.dim(1), heads, size);
    return x.reshape(split).transpose(0, 2, 1, 3);
  }
}
