package io.sparrowml.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A run of off-heap bytes that an {@link Arena} handed out, aligned to 64 bytes.
 *
 * <p>A block has no {@code close()}: it lives until its arena is reset or closed.
 */
public final class Block {
  private final ArrowBuf chunk;
  private final long offset;
  private final long bytes;
  private final ByteBuffer buffer;

  Block(ArrowBuf chunk, long offset, long bytes) {
    this.chunk = chunk;
    this.offset = offset;
    this.bytes = bytes;
    this.buffer = chunk.nioBuffer(offset, Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }

  /** The address of the first byte. */
  public long address() {
    return chunk.memoryAddress() + offset;
  }

  /** The length in bytes. */
  public long bytes() {
    return bytes;
  }

  /** A fresh view of the whole block, in native byte order, position 0. */
  public ByteBuffer buffer() {
    return buffer.duplicate().order(ByteOrder.nativeOrder());
  }

  /** Copies the first bytes of another block into this one. */
  public void copyFrom(Block other, int length) {
    buffer.put(0, other.buffer, 0, length);
  }

  /** Makes the first bytes zeros. */
  public void clear(int length) {
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      buffer.putLong(at, 0);
    }
    for (; at < length; at++) {
      buffer.put(at, (byte) 0);
    }
  }

  /**
   * The part {@code [from, from + length)} of this block, sharing its memory.
   *
   * @param from offset in bytes
   * @param length length in bytes
   */
  public Block slice(long from, long length) {
    if (from < 0 || length < 0 || from + length > bytes) {
      throw new IndexOutOfBoundsException(
          "slice expects a part of "
              + bytes
              + " bytes, got ["
              + from
              + ", "
              + (from + length)
              + ")");
    }
    return new Block(chunk, offset + from, length);
  }

  /** The same bytes as an Arrow buffer, for messages; the arena keeps the ownership. */
  public ArrowBuf arrow() {
    return chunk.slice(offset, bytes);
  }
}
