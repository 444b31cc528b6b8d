package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.ShapeException;
import java.util.function.UnaryOperator;

/**
 * A block of a transformer (Vaswani et al., <em>Attention is all you need</em>, 2017, section 3.1):
 * self-attention, then two dense layers on each step, each with a way around it, {@code [n, t, d]
 * -> [n, t, d]}. Layers are normalized before attention and dense layers, {@code x + f(norm(x))},
 * which trains without warm-up (Xiong et al., <em>On layer normalization in the transformer
 * architecture</em>, 2020), or after, {@code norm(x + f(x))}, as in the paper.
 *
 * <p>Its parameters are those of {@code attention}, {@code attention-norm}, {@code
 * feed-forward/hidden}, {@code feed-forward/output} and {@code feed-forward-norm}. PyTorch's
 * defaults are ReLU, normalization after, and dropout 0.1. A network that normalizes before ends in
 * one more {@code layer-norm} of its own.
 *
 * @param heads of the attention
 * @param units of the first dense layer, usually four times the features
 * @param causal whether a step sees itself and those before it alone, false unless given
 * @param normFirst whether normalization comes before, true unless given
 * @param activation of the first dense layer, {@code gelu} unless given
 * @param dropout the probability of dropping attention weights, units of the first dense layer, and
 *     what is added to the way around, in training; 0 unless given
 * @param epsilon of the normalization, 1e-5 unless given
 */
public record TransformerBlock(
    int heads,
    int units,
    @Default("false") boolean causal,
    @Default("true") boolean normFirst,
    @Default("gelu") Activation activation,
    @Default("0") double dropout,
    @Default("1e-5") double epsilon)
    implements Layer {

  /** Checks what the layers within would check when they are used. */
  public TransformerBlock {
    Ranges.atLeastOne("units", units);
    new MultiHeadAttention(heads, causal, dropout);
    new LayerNorm(epsilon);
  }

  /** A causal or not causal block that normalizes before, with GELU. */
  public TransformerBlock(int heads, int units, boolean causal, double dropout) {
    this(heads, units, causal, true, new Gelu(), dropout, 1e-5);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (x.shape().rank() != 3) {
      throw new ShapeException("transformer-block expects [n, t, features], got " + x.shape());
    }
    Layer attention = new MultiHeadAttention(heads, causal, dropout);
    Value seen = around(x, in -> p.apply("attention", attention, in), p, "attention");
    return around(seen, in -> feedForward(in, p.scope("feed-forward")), p, "feed-forward");
  }

  private Value feedForward(Value x, Parameters p) {
    Value hidden = p.apply("hidden", new Dense(units, activation, new XavierUniform()), x);
    Value kept = drop(hidden, p, "dropout");
    return p.apply("output", new Dense(x.shape().dim(2)), kept);
  }

  private Value around(Value x, UnaryOperator<Value> way, Parameters p, String name) {
    Layer norm = new LayerNorm(epsilon);
    Value in = normFirst ? p.apply(name + "-norm", norm, x) : x;
    Value y = drop(way.apply(in), p, name + "-dropout");
    Value sum = x.add(y);
    return normFirst ? sum : p.apply(name + "-norm", norm, sum);
  }

  private Value drop(Value x, Parameters p, String name) {
    return p.apply(name, new Dropout(dropout), x);
  }
}
