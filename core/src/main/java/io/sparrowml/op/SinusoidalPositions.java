package io.sparrowml.op;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waves that tell places in a sequence apart, for input of this shape: {@code [n, t, d] -> [t, d]},
 * {@code sin(place / 10000^(2i / d))} at feature 2i and the cosine of the same at 2i + 1 (Vaswani
 * et al., <em>Attention is all you need</em>, 2017, section 3.5). The numbers of the input do not
 * matter.
 */
public record SinusoidalPositions() implements Op {
  private static final double LONGEST = 10_000;

  @Override
  public Shape infer(List<Shape> in) {
    if (in.get(0).rank() != 3) {
      throw new ShapeException("sinusoidal positions expects [n, t, d], got " + in.get(0));
    }
    return in.get(0).from(1);
  }

  @Override
  public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
    double[] numbers = new double[out.size()];
    int features = out.shape().dim(1);
    for (int i = 0; i < numbers.length; i++) {
      int feature = i % features;
      double wave = StrictMath.pow(LONGEST, (double) (feature - feature % 2) / features);
      double angle = i / features / wave;
      numbers[i] = feature % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
    }
    return () -> out.write(0, numbers, numbers.length);
  }

  @Override
  public List<@Nullable Value> gradient(List<Value> in, Value out, Value dOut) {
    return Collections.singletonList(null);
  }
}
