package io.sparrowml.spark.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.util.Arrays;

/**
 * Arrays of whole numbers as bytes, small where numbers are small or sorted: the length, and for
 * each number how its high 32 bits differ from those of the one before (0 before the first),
 * zigzag, and its low 32 bits. All are unsigned LEB128: seven bits a byte, the lowest first, and
 * the highest bit set but in the last byte. In JSON the bytes are Base64.
 *
 * <p>{@code {1, -2}} is {@code 02 00 01 01 fe ff ff ff 0f}.
 */
final class PackedLongs {
  /** A length, and high and low part of a number, have at most 5 bytes each. */
  private static final int PART = 5;

  private PackedLongs() {}

  static byte[] pack(long[] numbers) {
    byte[] bytes = new byte[64 + 3 * numbers.length];
    int at = write(bytes, 0, numbers.length);
    int before = 0;
    for (long number : numbers) {
      if (bytes.length - at < 2 * PART) {
        bytes = Arrays.copyOf(bytes, Math.toIntExact(bytes.length + 64L + bytes.length / 2));
      }
      int high = (int) (number >> 32);
      int change = high - before;
      at = write(bytes, at, change << 1 ^ change >> 31);
      at = write(bytes, at, (int) number);
      before = high;
    }
    return Arrays.copyOf(bytes, at);
  }

  private static int write(byte[] bytes, int from, int number) {
    int at = from;
    int rest = number;
    for (; (rest & ~0x7f) != 0; rest >>>= 7) {
      bytes[at++] = (byte) (rest | 0x80);
    }
    bytes[at] = (byte) rest;
    return at + 1;
  }

  /** Reads bytes back; the length is checked before memory is taken. */
  static long[] unpack(byte[] bytes) {
    In in = new In(bytes);
    int length = in.next();
    if (length < 0 || length > bytes.length / 2) {
      throw new WireException(
          "frame: packed numbers expect 2 bytes or more each, got %d bytes for %s"
              .formatted(bytes.length, Integer.toUnsignedString(length)));
    }
    long[] numbers = new long[length];
    int high = 0;
    for (int i = 0; i < length; i++) {
      int change = in.next();
      high += change >>> 1 ^ -(change & 1);
      numbers[i] = (long) high << 32 | (in.next() & 0xffffffffL);
    }
    if (in.at != bytes.length) {
      throw new WireException(
          "frame: packed numbers expect to end with the last one, got %d bytes more"
              .formatted(bytes.length - in.at));
    }
    return numbers;
  }

  /** Bytes and how far they are read. */
  private static final class In {
    private final byte[] bytes;
    private int at;

    In(byte[] bytes) {
      this.bytes = bytes;
    }

    int next() {
      int number = 0;
      for (int shift = 0; shift < 7 * PART; shift += 7) {
        if (at == bytes.length) {
          throw new WireException("frame: packed numbers expect more bytes, got " + at);
        }
        byte part = bytes[at++];
        number |= (part & 0x7f) << shift;
        if (part >= 0) {
          return number;
        }
      }
      throw new WireException(
          "frame: packed numbers expect parts of at most %d bytes, got more".formatted(PART));
    }
  }

  /** To JSON. */
  static final class Serializer extends JsonSerializer<long[]> {
    @Override
    public void serialize(long[] numbers, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeBinary(pack(numbers));
    }
  }

  /** From JSON. */
  static final class Deserializer extends JsonDeserializer<long[]> {
    @Override
    public long[] deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return unpack(json.getBinaryValue());
    }
  }
}
