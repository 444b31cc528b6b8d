package io.sparrowml.spark.server;

import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A sum of gradients over some samples; over none, it has no numbers.
 *
 * @param count how many samples
 * @param payload the numbers; null where the count is 0
 */
public record GradientSum(long count, @Nullable Payload payload) {

  /** How many numbers are copied at once: few, so that the next ones are fetched meanwhile. */
  private static final int CHUNK = 256;

  /** Adds another sum into this one's memory and releases the other's. */
  public GradientSum plus(GradientSum other) {
    if (payload == null) {
      return other;
    }
    if (other.payload == null) {
      return this;
    }
    add(payload.values(), other.payload.values());
    other.payload.release();
    return new GradientSum(count + other.count, payload);
  }

  private static void add(Tensor into, Tensor from) {
    FloatBuffer left = into.floats();
    FloatBuffer right = from.floats();
    float[] a = new float[CHUNK];
    float[] b = new float[CHUNK];
    for (int at = 0; at < left.limit(); at += CHUNK) {
      int length = Math.min(CHUNK, left.limit() - at);
      left.get(at, a, 0, length);
      right.get(at, b, 0, length);
      for (int i = 0; i < length; i++) {
        a[i] += b[i];
      }
      left.put(at, a, 0, length);
    }
  }

  /** Gives the memory back. */
  public void release() {
    if (payload != null) {
      payload.release();
    }
  }
}
