package io.sparrowml.kernel;

import java.util.List;
import org.bytedeco.dnnl.memory;

/** How images lie in memory, as oneDNN is told: its axes are image, channel, height and width. */
final class Images {
  private Images() {}

  /**
   * Images of single precision.
   *
   * @param dims {@code [n, height, width, channels]}, as they lie
   */
  static memory.desc floats(List<Integer> dims) {
    return floats(dims.get(0), dims.get(1), dims.get(2), dims.get(3));
  }

  /** Images of single precision, a pixel's channels next to each other. */
  static memory.desc floats(int n, int height, int width, int channels) {
    return numbers(memory.data_type.f32, n, height, width, channels);
  }

  /** Images of a kind of number, a pixel's channels next to each other. */
  static memory.desc numbers(memory.data_type type, int n, int height, int width, int channels) {
    long row = (long) width * channels;
    return new memory.desc(
        new long[] {n, channels, height, width}, type, new long[] {height * row, 1, row, channels});
  }

  /** A number for each axis of space. */
  static long[] both(int height, int width) {
    return new long[] {height, width};
  }
}
