package io.sparrowml.spark.wire;

import io.sparrowml.memory.ArenaException;
import io.sparrowml.memory.Block;
import io.sparrowml.memory.Pool;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;

/** Where the memory of arriving payloads comes from. Used by several threads at once. */
@FunctionalInterface
public interface Bodies {

  /**
   * Memory for an arriving payload, of undefined content.
   *
   * @param floats how many values, at least 0
   * @throws WireException when payloads of that size are not expected, or there is no room left
   */
  Payload take(int floats);

  /** Memory from a pool, to which it returns; payloads larger than a block are refused. */
  static Bodies of(Pool pool) {
    return floats -> {
      long bytes = (long) floats * Float.BYTES;
      if (bytes > pool.blockBytes()) {
        throw new WireException(
            "frame: a body expects at most %,d bytes, got %,d".formatted(pool.blockBytes(), bytes));
      }
      Block block = take(pool, bytes);
      return new Payload(
          new Tensor(DType.FLOAT32, Shape.of(floats), block), () -> pool.give(block));
    };
  }

  private static Block take(Pool pool, long bytes) {
    try {
      return pool.take();
    } catch (ArenaException e) {
      throw new WireException(
          "frame: a body of %,d bytes expects memory for it, got none: %s"
              .formatted(bytes, e.getMessage()),
          e);
    }
  }
}
