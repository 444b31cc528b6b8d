package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The computations of recurrent layers over whole sequences, from a state of zeros: all steps in
 * one call, in their order or from the last to the first.
 *
 * <p>Their result is a <em>trace</em> {@code [t, planes, n, units]}: what the gates and the state
 * were at each step. Where a step of a sample is masked, the state stays what it was, and the
 * gates' planes hold 0.
 *
 * <p>What {@link Kernels} say of their kernels holds for these.
 */
public interface Recurrence {
  /** The planes of an LSTM's trace: {@code i, f, g, o, c, h}. */
  int LSTM_PLANES = 6;

  /** The planes of a GRU's trace: {@code r, z, n, q, h}. */
  int GRU_PLANES = 5;

  /**
   * A long short-term memory (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers,
   * Schmidhuber and Cummins, 2000), with {@code a = x_t + h_(t-1) kernel} in four parts of {@code
   * units}:
   *
   * <pre>
   * i = sigmoid(a_0)   f = sigmoid(a_1)   g = tanh(a_2)   o = sigmoid(a_3)
   * c_t = f c_(t-1) + i g
   * h_t = o tanh(c_t)
   * </pre>
   *
   * @param gates {@code x [t, n, 4 units]}, what the inputs give to the gates
   * @param kernel {@code [units, 4 units]}
   * @param mask {@code [t, n]}, 0 where a step is masked; null when none is
   * @param reverse whether from the last step to the first
   * @param trace {@code [t, 6, n, units]}
   */
  Kernel lstm(Tensor gates, Tensor kernel, @Nullable Tensor mask, boolean reverse, Tensor trace);

  /**
   * The gradient with respect to {@code gates}.
   *
   * @param trace that {@link #lstm} gave
   * @param dTrace the gradient with respect to it
   * @param dGates {@code [t, n, 4 units]}
   */
  Kernel lstmGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor dGates);

  /**
   * A gated recurrent unit (Cho et al., 2014) whose reset gate works behind the recurrent product,
   * with {@code b = h_(t-1) kernel} in three parts of {@code units}:
   *
   * <pre>
   * r = sigmoid(x_0 + b_0)   z = sigmoid(x_1 + b_1)
   * q = b_2 + bias           n = tanh(x_2 + r q)
   * h_t = (1 - z) n + z h_(t-1)
   * </pre>
   *
   * @param gates {@code x [t, n, 3 units]}, what the inputs give to the gates
   * @param kernel {@code [units, 3 units]}
   * @param bias {@code [units]}
   * @param mask {@code [t, n]}, 0 where a step is masked; null when none is
   * @param reverse whether from the last step to the first
   * @param trace {@code [t, 5, n, units]}
   */
  Kernel gru(
      Tensor gates,
      Tensor kernel,
      Tensor bias,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace);

  /**
   * The gradients with respect to {@code gates} and to the recurrent sums {@code b}.
   *
   * @param trace that {@link #gru} gave
   * @param dTrace the gradient with respect to it
   * @param out {@code [t, 2, n, 3 units]}
   */
  Kernel gruGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor out);
}
