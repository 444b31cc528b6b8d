package io.sparrowml.spark.wire;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The values that a message carries: off-heap memory that is given back exactly once. */
public final class Payload {
  private final Tensor values;
  private final Runnable done;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * A payload over memory that stays valid and unchanged until {@code done} runs.
   *
   * @param values a FLOAT32 vector
   * @param done gives the memory back; may run on any thread
   */
  public Payload(Tensor values, Runnable done) {
    if (values.dtype() != DType.FLOAT32 || values.shape().rank() != 1) {
      throw new IllegalArgumentException("payload expects a FLOAT32 vector, got " + values);
    }
    this.values = values;
    this.done = done;
  }

  /**
   * A payload over memory that its owner keeps, and leaves unchanged until what the message causes
   * has come back.
   */
  public static Payload borrowed(Tensor values) {
    return new Payload(values, () -> {});
  }

  /** The values, {@code [length]}; not to be used after {@link #release}. */
  public Tensor values() {
    if (released.get()) {
      throw new IllegalStateException(
          "payload expects to be used before its release, got a use after");
    }
    return values;
  }

  /** The bytes of the values, as they lie in memory. */
  public ByteBuffer bytes() {
    return values().block().buffer().limit(Math.multiplyExact(values.size(), Float.BYTES));
  }

  /** Gives the memory back. */
  public void release() {
    if (!released.compareAndSet(false, true)) {
      throw new IllegalStateException("payload expects one release, got a second");
    }
    done.run();
  }

  /** Some of the values, {@code [length]}; releasing them releases this. */
  public Payload part(int from, int length) {
    return new Payload(values().slice(from, length), this::release);
  }

  /** Handles on the same values; when all are released, this one is. */
  public List<Payload> shared(int handles) {
    AtomicInteger left = new AtomicInteger(handles);
    return Stream.generate(
            () ->
                new Payload(
                    values,
                    () -> {
                      if (left.decrementAndGet() == 0) {
                        release();
                      }
                    }))
        .limit(handles)
        .toList();
  }
}
