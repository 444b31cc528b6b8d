package io.sparrowml.kernel;

import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/** Convolutions as their definition says. */
final class PlainConvolutions implements Convolutions {
  private final Kernels kernels;
  private final Scratch scratch;

  /**
   * Convolutions.
   *
   * @param kernels that do the steps behind
   */
  PlainConvolutions(Kernels kernels, Scratch scratch) {
    this.kernels = kernels;
    this.scratch = scratch;
  }

  @Override
  public Kernel forward(Convolution how, Tensor x, Tensor kernel, Tensor y, List<Step> then) {
    Products products = products(how, x.shape(), y.shape());
    Kernel all =
        () -> {
          double[] sums = scratch.zeros(0, y.size());
          products.each(scratch.doubles(1, x), scratch.doubles(2, kernel), sums, Part.OUTPUT);
          y.write(0, sums, y.size());
        };
    return kernels.then(all, y, then);
  }

  @Override
  public Kernel inputGradient(
      Convolution how, Tensor dy, Tensor kernel, Tensor dx, List<Step> then) {
    Products products = products(how, dx.shape(), dy.shape());
    Kernel all =
        () -> {
          double[] sums = scratch.zeros(0, dx.size());
          products.each(sums, scratch.doubles(1, kernel), scratch.doubles(2, dy), Part.INPUT);
          dx.write(0, sums, dx.size());
        };
    return kernels.then(all, dx, then);
  }

  @Override
  public Kernel kernelGradient(Convolution how, Tensor x, Tensor dy, Tensor dKernel) {
    Products products = products(how, x.shape(), dy.shape());
    return () -> {
      double[] sums = scratch.zeros(0, dKernel.size());
      products.each(scratch.doubles(1, x), sums, scratch.doubles(2, dy), Part.KERNEL);
      dKernel.write(0, sums, dKernel.size());
    };
  }

  /** Which of the three is the sum of products of the other two. */
  private enum Part {
    OUTPUT,
    INPUT,
    KERNEL
  }

  private static Products products(Convolution how, Shape x, Shape y) {
    return new Products(how, x.dim(0), x.dim(1), x.dim(2), x.dim(3), y.dim(1), y.dim(2), y.dim(3));
  }

  /** The products that the sums are made of. */
  private record Products(
      Convolution how,
      int n,
      int height,
      int width,
      int channels,
      int rows,
      int columns,
      int filters) {

    /** Goes over each position of the window on each image and each place that it sees. */
    void each(double[] x, double[] kernel, double[] y, Part sum) {
      int taps = how.height().size() * how.width().size();
      for (int position = 0; position < n * rows * columns; position++) {
        int image = position / (rows * columns);
        int row = position / columns % rows;
        for (int tap = 0; tap < taps; tap++) {
          int i = how.height().place(row, tap / how.width().size());
          int j = how.width().place(position % columns, tap % how.width().size());
          if (0 <= i && i < height && 0 <= j && j < width) {
            int pixel = ((image * height + i) * width + j) * channels;
            int weights = tap * (channels / how.groups()) * filters;
            pixel(x, pixel, kernel, weights, y, position * filters, sum);
          }
        }
      }
    }

    /** All products of the channels of a pixel of the input and one of the output. */
    private void pixel(
        double[] x, int fromX, double[] kernel, int fromKernel, double[] y, int fromY, Part sum) {
      int in = channels / how.groups();
      int out = filters / how.groups();
      for (int channel = 0; channel < channels; channel++) {
        int a = fromX + channel;
        for (int o = 0; o < out; o++) {
          int filter = channel / in * out + o;
          int b = fromKernel + channel % in * filters + filter;
          int c = fromY + filter;
          switch (sum) {
            case OUTPUT -> y[c] += x[a] * kernel[b];
            case INPUT -> x[a] += y[c] * kernel[b];
            case KERNEL -> kernel[b] += x[a] * y[c];
          }
        }
      }
    }
  }
}
