package io.sparrowml.initializer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;

/**
 * A random orthogonal matrix times a gain (Saxe, McClelland and Ganguli, <em>Exact solutions to the
 * nonlinear dynamics of learning in deep linear neural networks</em>, 2014), which keeps the length
 * of signals and gradients over many layers or time steps.
 *
 * <p>A kernel {@code [..., in, out]} is seen as a matrix {@code [... in, out]}, as in Keras;
 * PyTorch keeps the outputs on the first axis and so takes the same matrix transposed. Where it has
 * more rows than columns, {@code W'W = gain^2 I}, else {@code WW' = gain^2 I}. The matrix is
 * uniform among all of these: a normal one, made orthonormal by Gram and Schmidt's process, done
 * twice for its rounding errors.
 *
 * @param gain the length of each vector, larger than 0, 1 unless given
 */
public record Orthogonal(@Default("1") double gain) implements Initializer {
  /** Checks the gain. */
  public Orthogonal {
    if (!(gain > 0)) {
      throw new ConfigException("gain: expects a number above 0, got " + gain);
    }
  }

  /** With a gain of 1. */
  public Orthogonal() {
    this(1);
  }

  @Override
  public void fill(Tensor parameter, RandomKey key) {
    Shape shape = parameter.shape();
    if (shape.rank() < 2 || shape.size() == 0) {
      throw new ShapeException("orthogonal expects [..., in, out], got " + shape);
    }
    int columns = shape.dim(-1);
    int rows = parameter.size() / columns;
    int length = Math.max(rows, columns);
    double[][] vectors = new double[Math.min(rows, columns)][length];
    for (int i = 0; i < vectors.length; i++) {
      for (int k = 0; k < length; k++) {
        vectors[i][k] = key.normal((long) i * length + k);
      }
      orthonormalize(vectors, i);
    }
    double[] numbers = new double[parameter.size()];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double number = rows < columns ? vectors[row][column] : vectors[column][row];
        numbers[row * columns + column] = gain * number;
      }
    }
    parameter.set(numbers);
  }

  /** Takes from a vector its parts along those before it, and gives it length 1. */
  private static void orthonormalize(double[][] vectors, int index) {
    double[] vector = vectors[index];
    for (int times = 0; times < 2; times++) {
      for (int i = 0; i < index; i++) {
        addScaled(-dot(vectors[i], vector), vectors[i], vector);
      }
    }
    double norm = StrictMath.sqrt(dot(vector, vector));
    for (int k = 0; k < vector.length; k++) {
      vector[k] /= norm;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void addScaled(double factor, double[] from, double[] to) {
    for (int k = 0; k < to.length; k++) {
      to[k] += factor * from[k];
    }
  }
}
