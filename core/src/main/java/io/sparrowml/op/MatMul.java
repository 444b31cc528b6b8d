package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Step;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product {@code op(a) op(b)}, {@code [..., n, k] x [..., k, m] -> [..., n, m]}, one for
 * each of the leading indices, which both have alike.
 *
 * @param transposeA whether {@code a} comes as {@code [..., k, n]}
 * @param transposeB whether {@code b} comes as {@code [..., m, k]}
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Shape infer(List<Shape> in) {
    Shape a = in.get(0);
    Shape b = in.get(1);
    int innerA = transposeA ? -2 : -1;
    int innerB = transposeB ? -1 : -2;
    if (a.rank() < 2
        || b.rank() != a.rank()
        || a.dim(innerA) != b.dim(innerB)
        || !Arrays.equals(a.dims(), 0, a.rank() - 2, b.dims(), 0, b.rank() - 2)) {
      String batch = Math.max(a.rank(), b.rank()) > 2 ? "[..., " : "[";
      throw new ShapeException(
          "matmul expects %s%s and %s%s, got %s and %s"
              .formatted(
                  batch,
                  transposeA ? "k, n]" : "n, k]",
                  batch,
                  transposeB ? "m, k]" : "k, m]",
                  a,
                  b));
    }
    return a.with(-2, a.dim(-3 - innerA)).with(-1, b.dim(-3 - innerB));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernel(kernels, in, out, List.of());
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out, List<Step> then) {
    return kernels.matmul(in.get(0), transposeA, in.get(1), transposeB, out, then);
  }

  /**
   * With {@code C = A B}: {@code dA = dC B'} and {@code dB = A' dC}, transposed where the inputs
   * are.
   */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value a = in.get(0);
    Value b = in.get(1);
    Value dA =
        transposeA ? product(b, transposeB, dOut, true) : product(dOut, false, b, !transposeB);
    Value dB =
        transposeB ? product(dOut, true, a, transposeA) : product(a, !transposeA, dOut, false);
    return List.of(dA, dB);
  }

  private static Value product(Value a, boolean transposeA, Value b, boolean transposeB) {
    return a.engine().apply(new MatMul(transposeA, transposeB), List.of(a, b));
  }
}
