package io.sparrowml.tensor;

/**
 * How a window moves along one axis of an image: it sees {@code size} places that are {@code
 * dilation} apart, goes on by {@code stride}, and starts {@code before} the first place. Places
 * outside the image hold nothing.
 *
 * @param size how many places it sees
 * @param stride from one window to the next
 * @param dilation from one place to the next
 * @param before how many places are added before the first
 * @param after how many places are added behind the last
 */
public record Window(int size, int stride, int dilation, int before, int after) {
  /** A window that stays within the axis. */
  public static Window valid(int size, int stride, int dilation) {
    return new Window(size, stride, dilation, 0, 0);
  }

  /**
   * A window with {@code ceil(extent / stride)} positions, as TensorFlow and Keras pad for {@code
   * same}: half of the places that are missing go before the first, and of an odd number one more
   * behind the last. (PyTorch adds as many on both sides.)
   *
   * @param extent of the axis
   */
  public static Window same(int extent, int size, int stride, int dilation) {
    Window window = valid(size, stride, dilation);
    int positions = (extent + stride - 1) / stride;
    int missing = Math.max(0, (positions - 1) * stride + window.span() - extent);
    return new Window(size, stride, dilation, missing / 2, missing - missing / 2);
  }

  /** How far it reaches, {@code (size - 1) dilation + 1}. */
  public int span() {
    return (size - 1) * dilation + 1;
  }

  /** How many positions it has along an axis of this extent. */
  public int positions(int extent) {
    int room = before + extent + after - span();
    return room < 0 ? 0 : room / stride + 1;
  }

  /** The place that it sees, perhaps outside of the axis. */
  public int place(int position, int index) {
    return position * stride + index * dilation - before;
  }
}
