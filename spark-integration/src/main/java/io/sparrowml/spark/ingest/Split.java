package io.sparrowml.spark.ingest;

import io.sparrowml.tensor.RandomKey;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What becomes of a row: a hash of its content and the seed decides on validation, on the logical
 * worker, and on the place among that worker's rows.
 *
 * @param seed the training's seed
 * @param workers how many logical workers there are
 * @param share of the rows for validation
 */
record Split(long seed, int workers, double share) implements Serializable {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The hash of a row's content: the key that its 8-byte words and its length lead to. */
  long hash(byte[] content) {
    RandomKey key = RandomKey.of(seed).with("row");
    int at = 0;
    for (; at + Long.BYTES <= content.length; at += Long.BYTES) {
      key = key.with((long) LONGS.get(content, at));
    }
    long rest = 0;
    for (; at < content.length; at++) {
      rest = (rest << Byte.SIZE) | (content[at] & 0xff);
    }
    return key.with(rest).with(content.length).value();
  }

  /** Whether a row is for validation. */
  boolean validates(long hash) {
    return RandomKey.of(seed).with("validation").uniform(hash) < share;
  }

  /** The logical worker of a row. */
  int worker(long hash) {
    return RandomKey.of(seed).with("worker").below(hash, workers);
  }
}
