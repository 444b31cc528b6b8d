package io.sparrowml.spark.transport;

import io.sparrowml.spark.wire.Frame;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.Traffic;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that a transport sends. Used by several threads at once. */
final class Meter {
  private final LongAdder gradients = new LongAdder();
  private final LongAdder parameters = new LongAdder();
  private final LongAdder other = new LongAdder();

  /** A message goes out in a frame. */
  void count(Message message, Frame frame) {
    Payload payload = frame.payload();
    long bytes = frame.header().remaining();
    if (payload != null) {
      bytes += payload.bytes().remaining();
    }
    LongAdder kind =
        message instanceof Push ? gradients : message instanceof Slice ? parameters : other;
    kind.add(bytes);
  }

  /** All bytes so far. */
  Traffic sent() {
    return new Traffic(gradients.sum(), parameters.sum(), other.sum());
  }
}
