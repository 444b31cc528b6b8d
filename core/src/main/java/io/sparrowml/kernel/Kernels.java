package io.sparrowml.kernel;

import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The computations that networks are made of. Shapes have been checked by the operation that calls;
 * outputs are never the memory of an input, except in {@link #unary} and {@link #binary} without
 * broadcasting. All operands of a call are of one kind, FLOAT32 or FLOAT64.
 *
 * <p>Each method gives a {@link Kernel} over the memory of its operands, which computes when it is
 * run; errors about numbers, such as a label that is no class, come then.
 *
 * <p>The same call with the same numbers gives the same bits, and a row of a result does not depend
 * on which other rows are in the batch, as long as the number of rows stays the same.
 *
 * <p>An instance may keep native resources, and is used by one thread at a time.
 */
public interface Kernels extends AutoCloseable {
  /** A short name for logs and the run's record, such as {@code onednn 3.11 (avx512_core_bf16)}. */
  String name();

  /**
   * The matrix product {@code op(a) op(b)}, {@code [..., n, k] x [..., k, m] -> [..., n, m]}, with
   * the same leading extents on all sides.
   *
   * @param transposeA whether {@code a} is given as {@code [..., k, n]}
   * @param transposeB whether {@code b} is given as {@code [..., m, k]}
   */
  Kernel matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out);

  /** As {@link #matmul}, with steps on the result. */
  default Kernel matmul(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor out, List<Step> then) {
    return then(matmul(a, transposeA, b, transposeB, out), out, then);
  }

  /** As {@link #unary}, with steps on the result. */
  default Kernel unary(Unary function, double parameter, Tensor x, Tensor out, List<Step> then) {
    return then(unary(function, parameter, x, out), out, then);
  }

  /** As {@link #binary}, with steps on the result. */
  default Kernel binary(
      Binary function, double parameter, Tensor a, Tensor b, Tensor out, List<Step> then) {
    return then(binary(function, parameter, a, b, out), out, then);
  }

  /** A kernel, and then steps on its result, one after the other, in place. */
  default Kernel then(Kernel first, Tensor out, List<Step> steps) {
    if (steps.isEmpty()) {
      return first;
    }
    Kernel[] all = new Kernel[1 + steps.size()];
    all[0] = first;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step instanceof Step.One one) {
        all[i + 1] = unary(one.function(), one.parameter(), out, out);
      } else if (step instanceof Step.Two two) {
        all[i + 1] = binary(two.function(), two.parameter(), out, two.operand(), out);
      }
    }
    return new Sequence(all);
  }

  /**
   * Applies a function to every number.
   *
   * @param parameter the function's {@code p}; it may be rounded to the tensors' kind of number
   */
  Kernel unary(Unary function, double parameter, Tensor x, Tensor out);

  /**
   * Applies a function to every pair of numbers, stretching extents of 1 as NumPy does.
   *
   * @param parameter the function's {@code p}; it may be rounded to the tensors' kind of number
   */
  Kernel binary(Binary function, double parameter, Tensor a, Tensor b, Tensor out);

  /** Sums over the leading axes that {@code out} lacks, and over the axes where its extent is 1. */
  Kernel sumTo(Tensor x, Tensor out);

  /** Stretches {@code x} to the shape of {@code out}, as NumPy does. */
  Kernel broadcastTo(Tensor x, Tensor out);

  /** Softmax over the last axis, {@code e^(x - max) / sum e^(x - max)}. */
  Kernel softmax(Tensor x, Tensor out);

  /** The logarithm of the softmax over the last axis, {@code x - max - log(sum e^(x - max))}. */
  Kernel logSoftmax(Tensor x, Tensor out);

  /**
   * The negative log-likelihood of the labels under the softmax of the logits.
   *
   * @param logits {@code [..., classes]}
   * @param labels {@code [...]}, whole numbers in [0, classes)
   * @param out {@code [...]}
   * @throws KernelException when a label is none of the classes
   */
  Kernel softmaxCrossEntropy(Tensor logits, Tensor labels, Tensor out);

  /**
   * Rows with a one at the label and zeros elsewhere.
   *
   * @param labels {@code [...]}, whole numbers in [0, classes)
   * @param out {@code [..., classes]}
   * @throws KernelException when a label is none of the classes
   */
  Kernel oneHot(Tensor labels, Tensor out);

  /**
   * Numbers that are 0 with probability {@code rate} and {@code 1 / (1 - rate)} else: 0 at index i
   * where the key's uniform number i is below the rate.
   */
  Kernel dropoutMask(RandomDraw draw, double rate, Tensor out);

  /** The computations of recurrent layers. */
  Recurrence recurrence();

  /** The computations of attention. */
  Attention attention();

  /**
   * Numbers of the standard normal distribution, a function of the key and their index (Box and
   * Muller, 1958), of the same bits on every machine.
   */
  Kernel gaussian(RandomDraw draw, Tensor out);

  /** Computations that choose among numbers. */
  Selections selections();

  /** The computations that move numbers. */
  Movement movement();

  /** Group normalization, layer normalization among it. */
  GroupNormalization groupNormalization();

  /** Batch normalization in its parts. */
  BatchNormalization batchNormalization();

  /** Convolutions of images. */
  Convolutions convolutions();

  /** Pooling over windows of images. */
  Pooling pooling();

  @Override
  void close();
}
