package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PackedLongsTest {
  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }

  @Test
  void numbersHaveTheirGoldenBytes() {
    assertThat(PackedLongs.pack(new long[] {1, -2})).isEqualTo(bytes("02 00 01 01 fe ff ff ff 0f"));
    assertThat(PackedLongs.pack(new long[0])).isEqualTo(bytes("00"));
  }

  @Test
  void sortedScoresThatLieCloseTakeTwoBytes() {
    long[] scores = new long[100_000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (i * 40L - 2_000_000) << 32 | 3;
    }

    assertThat(PackedLongs.pack(scores)).hasSizeLessThan(2 * scores.length + 100);
  }

  @Provide
  Arbitrary<long[]> numbers() {
    return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.longs().between(-300, 300))
        .array(long[].class)
        .ofMaxSize(200);
  }

  @Property(seed = "42")
  void numbersComeBack(@ForAll("numbers") long[] numbers) {
    assertThat(PackedLongs.unpack(PackedLongs.pack(numbers))).isEqualTo(numbers);
  }

  @Test
  void otherBytesAreRefused() {
    assertRefused("", "frame: packed numbers expect more bytes, got 0");
    assertRefused("01 00", "frame: packed numbers expect more bytes, got 2");
    assertRefused(
        "ff ff ff ff 0f",
        "frame: packed numbers expect 2 bytes or more each, got 5 bytes for 4294967295");
    assertRefused(
        "80 80 80 80 08 00",
        "frame: packed numbers expect 2 bytes or more each, got 6 bytes for 2147483648");
    assertRefused(
        "01 00 01 07", "frame: packed numbers expect to end with the last one, got 1 bytes more");
    assertRefused(
        "01 80 80 80 80 80 00", "frame: packed numbers expect parts of at most 5 bytes, got more");
  }

  private static void assertRefused(String hex, String message) {
    assertThatThrownBy(() -> PackedLongs.unpack(hex.isEmpty() ? new byte[0] : bytes(hex)))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }
}
