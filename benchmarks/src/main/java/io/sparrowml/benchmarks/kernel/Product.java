package io.sparrowml.benchmarks.kernel;

import static io.sparrowml.kernel.Binary.ADD;
import static io.sparrowml.kernel.Unary.LEAKY_RELU;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The matrix products of a training step of the MLP, forward and backward, as {@code [n, k] x [k,
 * m]}. There are eight, as nobody asks for the gradient of the images.
 */
public enum Product {
  /** {@code x kernel} of the first layer. */
  FORWARD_0(batch(), 784, 512, false, false),
  /** {@code x kernel} of the second layer. */
  FORWARD_1(batch(), 512, 256, false, false),
  /** {@code x kernel} of the last layer. */
  FORWARD_2(batch(), 256, 10, false, false),
  /** {@code x' dy}, the gradient of the last layer's kernel. */
  KERNEL_GRADIENT_2(256, batch(), 10, true, false),
  /** {@code dy kernel'}, the gradient of the last layer's input. */
  INPUT_GRADIENT_2(batch(), 10, 256, false, true),
  /** {@code x' dy}, the gradient of the second layer's kernel. */
  KERNEL_GRADIENT_1(512, batch(), 256, true, false),
  /** {@code dy kernel'}, the gradient of the second layer's input. */
  INPUT_GRADIENT_1(batch(), 256, 512, false, true),
  /** {@code x' dy}, the gradient of the first layer's kernel. */
  KERNEL_GRADIENT_0(784, batch(), 512, true, false);

  private final int n;
  private final int k;
  private final int m;
  private final boolean transposeA;
  private final boolean transposeB;

  Product(int n, int k, int m, boolean transposeA, boolean transposeB) {
    this.n = n;
    this.k = k;
    this.m = m;
    this.transposeA = transposeA;
    this.transposeB = transposeB;
  }

  private static int batch() {
    return Subject.MLP.batch();
  }

  /** The product of random matrices. */
  public Kernel kernel(Kernels kernels, Arena arena) {
    return kernel(kernels, arena, List.of());
  }

  /** The same with the layer's bias and ReLU as its steps, where it is one of the forward pass. */
  public Kernel layer(Kernels kernels, Arena arena) {
    if (transposeA || transposeB) {
      return kernel(kernels, arena);
    }
    Step bias = new Step.Two(ADD, 0, RandomNumbers.of(arena, m));
    return kernel(
        kernels,
        arena,
        this == FORWARD_2 ? List.of(bias) : List.of(bias, new Step.One(LEAKY_RELU, 0)));
  }

  private Kernel kernel(Kernels kernels, Arena arena, List<Step> then) {
    Tensor a = transposeA ? RandomNumbers.of(arena, k, n) : RandomNumbers.of(arena, n, k);
    Tensor b = transposeB ? RandomNumbers.of(arena, m, k) : RandomNumbers.of(arena, k, m);
    Tensor out = Tensor.allocate(arena, DType.FLOAT32, Shape.of(n, m));
    return kernels.matmul(a, transposeA, b, transposeB, out, then);
  }
}
