package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.Orthogonal;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.GruScan;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;

/**
 * A gated recurrent unit (Cho et al., <em>Learning phrase representations using RNN
 * encoder-decoder</em>, 2014, equations 5 to 8), {@code [n, t, features] -> [n, units]}, from a
 * state of zeros:
 *
 * <pre>
 * r, z, a = parts of x_t kernel + bias
 * s, y, b = parts of h_(t-1) recurrent-kernel
 * n_t = tanh(a + sigmoid(r + s) (b + recurrent-bias))
 * h_t = (1 - sigmoid(z + y)) n_t + sigmoid(z + y) h_(t-1)
 * </pre>
 *
 * <p>As in PyTorch, and in Keras with {@code reset_after}, the reset gate works behind the
 * recurrent product; in the paper it works before. The parameters are {@code kernel [features, 3
 * units]}, {@code recurrent-kernel [units, 3 units]}, {@code bias [3 units]} and {@code
 * recurrent-bias [units]}, the gates in the order r, z, n, as in PyTorch, which has a recurrent
 * bias for r and z as well and adds it to the other. Of a layer with two directions they are called
 * {@code forward/kernel}, {@code backward/kernel} and so on.
 *
 * <p>Where {@link Parameters#mask} says that a step is padding, the state stays as it was, and so
 * does the output, as in Keras (PyTorch's packed sequences have outputs of 0 there). So the last
 * output is that of the last real step, and going backward begins at it.
 *
 * @param units how many outputs
 * @param returnSequences whether the outputs of all steps are given, {@code [n, t, units]}, rather
 *     than the last one; false unless given
 * @param bidirectional whether another layer goes from the last step to the first, its outputs
 *     behind those of the first one, {@code [n, 2 units]}, at each step those that the two have
 *     there; false unless given. The last output of the other layer is that of the first step
 * @param kernel how {@code kernel} starts, {@code xavier-uniform} unless given (PyTorch starts all
 *     parameters uniform within {@code 1 / sqrt(units)})
 * @param recurrentKernel how {@code recurrent-kernel} starts, {@code orthogonal} unless given
 * @param bias how {@code bias} and {@code recurrent-bias} start, {@code zeros} unless given
 */
public record Gru(
    int units,
    @Default("false") boolean returnSequences,
    @Default("false") boolean bidirectional,
    @Default("xavier-uniform") Initializer kernel,
    @Default("orthogonal") Initializer recurrentKernel,
    @Default("zeros") Initializer bias)
    implements Layer {
  private static final int GATES = 3;

  /** Checks the units. */
  public Gru {
    Recurrent.check(units);
  }

  /** A layer with the default start. */
  public Gru(int units, boolean returnSequences, boolean bidirectional) {
    this(units, returnSequences, bidirectional, new XavierUniform(), new Orthogonal(), new Zeros());
  }

  /** A layer of one direction that gives the last output. */
  public Gru(int units) {
    this(units, false, false);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    return Recurrent.apply("gru", this::trace, returnSequences, bidirectional, x, p);
  }

  private Value trace(Recurrent.Sequence sequence, boolean reverse, Parameters p) {
    int gates = Math.multiplyExact(GATES, units);
    Value kernels = p.get("kernel", Shape.of(sequence.features(), gates), kernel);
    Value recurrent = p.get("recurrent-kernel", Shape.of(units, gates), recurrentKernel);
    Value biases = p.get("bias", Shape.of(gates), bias);
    Value recurrentBias = p.get("recurrent-bias", Shape.of(units), bias);
    Value inputs = sequence.project(kernels, biases);
    return sequence.scan(new GruScan(reverse), inputs, recurrent, recurrentBias);
  }
}
