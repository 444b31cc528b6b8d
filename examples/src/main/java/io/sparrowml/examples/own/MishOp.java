package io.sparrowml.examples.own;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code x tanh(log(1 + e^x))} (Misra, <em>Mish: a self regularized non-monotonic activation
 * function</em>, 2020), an operation computed number by number: one tensor is kept for the walk
 * back, where {@code x.multiply(x.softplus().tanh())} keeps three.
 */
public record MishOp() implements Op {
  /** How many numbers are on the heap at a time. */
  private static final int CHUNK = 1024;

  /** From here on the function is x, in double precision too. */
  private static final double LARGE = 40;

  @Override
  public Shape infer(List<Shape> in) {
    return in.get(0);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    Tensor x = in.get(0);
    double[] numbers = new double[CHUNK];
    return () -> {
      for (int from = 0; from < x.size(); from += CHUNK) {
        int length = Math.min(CHUNK, x.size() - from);
        x.read(from, numbers, length);
        for (int i = 0; i < length; i++) {
          numbers[i] = mish(numbers[i]);
        }
        out.write(from, numbers, length);
      }
    };
  }

  /** With {@code n = e^x (e^x + 2)}, the tangent of {@code log(1 + e^x)} is {@code n / (n + 2)}. */
  private static double mish(double x) {
    double exp = StrictMath.exp(Math.min(x, LARGE));
    double n = exp * (exp + 2);
    return x * (n / (n + 2));
  }

  /** With {@code t = tanh(log(1 + e^x))}, the derivative is {@code t + x (1 - t^2) sigmoid(x)}. */
  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    Value x = in.get(0);
    Value t = x.softplus().tanh();
    Value bend = x.multiply(x.sigmoid()).multiply(t.square().scale(-1).shift(1));
    return List.of(dOut.multiply(t.add(bend)));
  }
}
