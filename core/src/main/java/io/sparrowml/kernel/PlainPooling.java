package io.sparrowml.kernel;

import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;

/** Pooling as its definitions say. */
final class PlainPooling implements Pooling {
  private final Scratch scratch;

  PlainPooling(Scratch scratch) {
    this.scratch = scratch;
  }

  @Override
  public Kernel max(Window height, Window width, Tensor x, Tensor y) {
    return select(height, width, x, x, y);
  }

  @Override
  public Kernel select(Window height, Window width, Tensor x, Tensor values, Tensor y) {
    Windows windows = windows(height, width, x.shape(), y.shape());
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] from = scratch.doubles(1, values);
      double[] all = scratch.doubles(2, y.size());
      for (int i = 0; i < y.size(); i++) {
        all[i] = from[windows.largest(i, numbers)];
      }
      y.write(0, all, y.size());
    };
  }

  @Override
  public Kernel maxGradient(Window height, Window width, Tensor x, Tensor dy, Tensor dx) {
    Windows windows = windows(height, width, x.shape(), dy.shape());
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] from = scratch.doubles(1, dy);
      double[] sums = scratch.zeros(2, dx.size());
      for (int i = 0; i < dy.size(); i++) {
        sums[windows.largest(i, numbers)] += from[i];
      }
      dx.write(0, sums, dx.size());
    };
  }

  @Override
  public Kernel average(Window height, Window width, Tensor x, Tensor y) {
    Windows windows = windows(height, width, x.shape(), y.shape());
    return () -> {
      double[] numbers = scratch.doubles(0, x);
      double[] means = scratch.doubles(1, y.size());
      for (int i = 0; i < y.size(); i++) {
        double sum = 0;
        for (int tap = 0; tap < windows.taps(); tap++) {
          int place = windows.place(i, tap);
          sum += place < 0 ? 0 : numbers[place];
        }
        means[i] = sum / windows.count(i);
      }
      y.write(0, means, y.size());
    };
  }

  @Override
  public Kernel averageGradient(Window height, Window width, Tensor dy, Tensor dx) {
    Windows windows = windows(height, width, dx.shape(), dy.shape());
    return () -> {
      double[] from = scratch.doubles(0, dy);
      double[] sums = scratch.zeros(1, dx.size());
      for (int i = 0; i < dy.size(); i++) {
        double share = from[i] / windows.count(i);
        for (int tap = 0; tap < windows.taps(); tap++) {
          int place = windows.place(i, tap);
          if (place >= 0) {
            sums[place] += share;
          }
        }
      }
      dx.write(0, sums, dx.size());
    };
  }

  private static Windows windows(Window height, Window width, Shape x, Shape y) {
    return new Windows(height, width, x, y.dim(1), y.dim(2));
  }

  /** The places that the windows see; windows are numbered as the numbers of {@code y} are. */
  private record Windows(Window height, Window width, Shape x, int rows, int columns) {
    int taps() {
      return height.size() * width.size();
    }

    /** The index of a number of {@code x}, or -1 outside of the image. */
    int place(int window, int tap) {
      int channels = x.dim(3);
      int channel = window % channels;
      int column = window / channels % columns;
      int row = window / channels / columns % rows;
      int image = window / channels / columns / rows;
      int i = height.place(row, tap / width.size());
      int j = width.place(column, tap % width.size());
      return 0 <= i && i < x.dim(1) && 0 <= j && j < x.dim(2)
          ? ((image * x.dim(1) + i) * x.dim(2) + j) * channels + channel
          : -1;
    }

    /** How many places a window sees. */
    int count(int window) {
      int count = 0;
      for (int tap = 0; tap < taps(); tap++) {
        count += place(window, tap) < 0 ? 0 : 1;
      }
      return count;
    }

    /** The place of the first of the largest numbers, or of the first NaN. */
    int largest(int window, double[] numbers) {
      int largest = -1;
      for (int tap = 0; tap < taps(); tap++) {
        int place = place(window, tap);
        if (place >= 0
            && (largest < 0
                || numbers[place] > numbers[largest]
                || (Double.isNaN(numbers[place]) && !Double.isNaN(numbers[largest])))) {
          largest = place;
        }
      }
      return largest;
    }
  }
}
