package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * The moments of each channel, {@code [..., channels] -> [3, channels]}: how many numbers it has,
 * their mean, and M2, the sum of their squared distances from it.
 *
 * <p>Has no gradient of its own: {@link BatchNormalize} accounts for it.
 */
public record BatchMoments() implements BatchPart {
  @Override
  public Shape infer(List<Shape> in) {
    return Shape.of(3, channels(in.get(0)));
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    return kernels.batchNormalization().moments(in.get(0), out);
  }

  /**
   * Merges moments of other numbers into moments (Chan, Golub and LeVeque, 1979, equation 1.5):
   * with the distance {@code d} of the means, {@code mean += d n / (m + n)} and {@code M2 += other
   * M2 + d^2 m n / (m + n)}.
   *
   * @param into {@code [3, channels]}, of {@code m} numbers a channel
   * @param other {@code [3, channels]}, of {@code n} numbers a channel
   */
  public static void merge(Tensor into, Tensor other) {
    int channels = into.shape().dim(1);
    double[] a = into.toDoubles();
    double[] b = other.toDoubles();
    for (int c = 0; c < channels; c++) {
      double all = a[c] + b[c];
      if (all > 0) {
        double distance = b[channels + c] - a[channels + c];
        a[channels + c] += distance * b[c] / all;
        a[2 * channels + c] += b[2 * channels + c] + distance * distance * a[c] * b[c] / all;
        a[c] = all;
      }
    }
    into.set(a);
  }
}
