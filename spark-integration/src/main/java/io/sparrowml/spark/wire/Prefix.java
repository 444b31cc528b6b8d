package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first 48 bytes of a frame; the package's documentation draws them.
 *
 * @param subtree of a {@code Push}, {@code Pull} or {@code Slice}, part of a {@code State}, 0 for
 *     others
 * @param headBytes the length of the head without its padding
 * @param count samples; 0 but for {@code Push}
 * @param bodyBytes the length of the body
 * @param coded whether the body is a {@link BlockCode}
 */
record Prefix(
    Kind kind,
    int generation,
    int shard,
    long step,
    int subtree,
    int headBytes,
    long count,
    long bodyBytes,
    boolean coded) {
  static final int BYTES = 48;
  static final int VERSION = 1;
  private static final int MAGIC = 'S' | 'P' << 8 | 'R' << 16 | 'W' << 24;

  Prefix {
    int headLimit = kind.headLimit();
    require(
        headBytes >= 0 && headBytes <= headLimit,
        "a head of " + kind + " expects 0 to " + headLimit + " bytes, got " + headBytes);
    require(
        bodyBytes >= 0 && bodyBytes % Float.BYTES == 0 && bodyBytes <= Integer.MAX_VALUE,
        "a body expects whole floats of less than 2 GiB, got " + bodyBytes + " bytes");
    require(count >= 0, "a count expects at least 0, got " + count);
    boolean headExpected =
        kind.isControl() || kind == Kind.SLICE || kind == Kind.STATE || count > 0;
    require(
        headExpected == (headBytes > 0),
        kind
            + " of "
            + count
            + " samples expects "
            + (headExpected ? "a" : "no")
            + " head, got "
            + headBytes
            + " bytes");
    require(
        bodyBytes == 0 || (headExpected && !kind.isControl()),
        kind + " of " + count + " samples expects no body, got " + bodyBytes + " bytes");
    require(kind == Kind.PUSH || count == 0, kind + " expects count 0, got " + count);
    require(!kind.isControl() || subtree == 0, kind + " expects subtree 0, got " + subtree);
    require(!coded || (kind == Kind.PUSH && count > 0), kind + " expects no coded body, got one");
    require(!kind.isControl() || shard == 0, kind + " expects shard 0, got " + shard);
  }

  private static void require(boolean holds, String contract) {
    if (!holds) {
      throw new WireException("frame: " + contract);
    }
  }

  /** The length of the head with its padding, in bytes. */
  int paddedHeadBytes() {
    return (headBytes + 7) & -8;
  }

  /** The prefix in a fresh buffer with room for the padded head, positioned behind the prefix. */
  ByteBuffer write() {
    return ByteBuffer.allocate(BYTES + paddedHeadBytes())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) kind.code())
        .putShort((short) (coded ? 1 : 0))
        .putInt(generation)
        .putInt(shard)
        .putLong(step)
        .putInt(subtree)
        .putInt(headBytes)
        .putLong(count)
        .putLong(bodyBytes);
  }

  /**
   * Reads and checks a prefix.
   *
   * @param in 48 bytes
   */
  static Prefix read(ByteBuffer in) {
    ByteBuffer bytes = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int magic = bytes.getInt();
    require(
        magic == MAGIC, "a frame expects to start with 0x%08x, got 0x%08x".formatted(MAGIC, magic));
    int version = bytes.get() & 0xff;
    require(version == VERSION, "version expects " + VERSION + ", got " + version);
    Kind kind = Kind.of(bytes.get() & 0xff);
    int coded = bytes.getShort() & 0xffff;
    require(coded <= 1, "coding expects 0 or 1, got " + coded);
    return new Prefix(
        kind,
        bytes.getInt(),
        bytes.getInt(),
        bytes.getLong(),
        bytes.getInt(),
        bytes.getInt(),
        bytes.getLong(),
        bytes.getLong(),
        coded == 1);
  }
}
