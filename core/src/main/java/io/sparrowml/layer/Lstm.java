package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.Orthogonal;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.op.LstmScan;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;

/**
 * A long short-term memory (Hochreiter and Schmidhuber, 1997, with the forget gate of Gers,
 * Schmidhuber and Cummins, 2000), {@code [n, t, features] -> [n, units]}, from a state of zeros:
 *
 * <pre>
 * i, f, g, o = parts of x_t kernel + h_(t-1) recurrent-kernel + bias
 * c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g)
 * h_t = sigmoid(o) tanh(c_t)
 * </pre>
 *
 * <p>The parameters are {@code kernel [features, 4 units]}, {@code recurrent-kernel [units, 4
 * units]} and {@code bias [4 units]}, the gates in the order i, f, g, o, as in PyTorch, which has
 * two biases and adds them. Of a layer with two directions they are called {@code forward/kernel},
 * {@code backward/kernel} and so on.
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
 * @param bias how {@code bias} starts, {@code zeros} unless given
 * @param forgetBias what is added to the forget gate's bias when it starts, so that cells remember
 *     from the beginning (Jozefowicz, Zaremba and Sutskever, <em>An empirical exploration of
 *     recurrent network architectures</em>, 2015, section 2.2); 1 unless given, as in Keras
 *     (PyTorch: 0)
 */
public record Lstm(
    int units,
    @Default("false") boolean returnSequences,
    @Default("false") boolean bidirectional,
    @Default("xavier-uniform") Initializer kernel,
    @Default("orthogonal") Initializer recurrentKernel,
    @Default("zeros") Initializer bias,
    @Default("1") double forgetBias)
    implements Layer {
  private static final int GATES = 4;

  /** Checks the units. */
  public Lstm {
    Recurrent.check(units);
  }

  /** A layer with the default start. */
  public Lstm(int units, boolean returnSequences, boolean bidirectional) {
    this(
        units,
        returnSequences,
        bidirectional,
        new XavierUniform(),
        new Orthogonal(),
        new Zeros(),
        1);
  }

  /** A layer of one direction that gives the last output. */
  public Lstm(int units) {
    this(units, false, false);
  }

  @Override
  public Value apply(Value x, Parameters p) {
    return Recurrent.apply("lstm", this::trace, returnSequences, bidirectional, x, p);
  }

  private Value trace(Recurrent.Sequence sequence, boolean reverse, Parameters p) {
    int gates = Math.multiplyExact(GATES, units);
    Value kernels = p.get("kernel", Shape.of(sequence.features(), gates), kernel);
    Value recurrent = p.get("recurrent-kernel", Shape.of(units, gates), recurrentKernel);
    Value biases = p.get("bias", Shape.of(gates), new ForgetBias(bias, forgetBias));
    Value inputs = sequence.project(kernels, biases);
    return sequence.scan(new LstmScan(reverse), inputs, recurrent);
  }

  /** A number more in the second quarter. */
  private record ForgetBias(Initializer all, double more) implements Initializer {
    @Override
    public void fill(Tensor bias, RandomKey key) {
      all.fill(bias, key);
      int units = bias.size() / GATES;
      Tensor forget = bias.slice(units, units);
      forget.set(Arrays.stream(forget.toDoubles()).map(number -> number + more).toArray());
    }
  }
}
