package io.sparrowml.layer;

import io.sparrowml.tensor.Window;

/** What windows see at the ends of an axis. */
public enum Padding {
  /**
   * {@code ceil(extent / stride)} windows: places are added at both ends, and of an odd number one
   * more behind the last, as TensorFlow and Keras do. PyTorch's {@code padding=1} starts a
   * convolution of size 3 and stride 2 one place earlier where the extent is even.
   */
  SAME,
  /** Only windows within the axis. */
  VALID;

  /** The windows along an axis of this extent. */
  Window window(int extent, int size, int stride, int dilation) {
    return this == SAME
        ? Window.same(extent, size, stride, dilation)
        : Window.valid(size, stride, dilation);
  }

  /** The extent of an axis along which windows have so many positions. */
  int extent(int positions, int size, int stride, int dilation) {
    return this == SAME
        ? positions * stride
        : (positions - 1) * stride + Window.valid(size, stride, dilation).span();
  }
}
