package io.sparrowml.spark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.sparrowml.spark.wire.FrameDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Has a channel read what is left of a large body right into the body's memory, rather than into a
 * buffer from which it is copied. Everything else is read as others have it.
 *
 * <p>Belongs to the channel's event loop.
 */
final class BodyReads implements RecvByteBufAllocator {
  private static final int LEAST = 1 << 16;

  private final RecvByteBufAllocator others;
  private @Nullable FrameDecoder decoder;
  private @Nullable ByteBuf lent;

  BodyReads(RecvByteBufAllocator others) {
    this.others = others;
  }

  /** From now on the channel's bytes come to a decoder as they are read; null for no more. */
  void into(@Nullable FrameDecoder reader) {
    decoder = reader;
  }

  /** Whether bytes were read into the body that the decoder is at. */
  @SuppressWarnings("ReferenceEquality") // the very buffer that was lent
  boolean wereRead(ByteBuf bytes) {
    boolean same = bytes == lent;
    lent = null;
    return same;
  }

  @Override
  public ExtendedHandle newHandle() {
    return new Reads((ExtendedHandle) others.newHandle());
  }

  private final class Reads extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle handle;

    Reads(ExtendedHandle handle) {
      super(handle);
      this.handle = handle;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      FrameDecoder reader = decoder;
      ByteBuffer room = reader == null ? null : reader.room(LEAST);
      if (room == null) {
        return super.allocate(allocator);
      }
      ByteBuf body = Unpooled.wrappedBuffer(room).clear();
      lent = body;
      return body;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
      return handle.continueReading(maybeMore);
    }
  }
}
