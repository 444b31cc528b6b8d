package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class BlockCodeTest {
  private static ByteBuffer written(float... numbers) {
    ByteBuffer out = ByteBuffer.allocate(8 + numbers.length * 5 + numbers.length / 256);
    assertThat(BlockCode.write(FloatBuffer.wrap(numbers), out)).isTrue();
    return out.flip();
  }

  /** How many bytes numbers take; they come back to the bit. */
  private static int bytes(float... numbers) {
    ByteBuffer coded = written(numbers);
    int bytes = coded.remaining();
    assertThat(bytes % 4).isZero();
    float[] back = new float[BlockCode.count(coded)];
    BlockCode.read(coded, FloatBuffer.wrap(back));
    assertThat(bits(back)).isEqualTo(bits(numbers));
    return bytes;
  }

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(numbers[i]));
    return bits;
  }

  private static float[] random(int length, DoubleUnaryOperator of) {
    SplittableRandom random = new SplittableRandom(7);
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) of.applyAsDouble(random.nextDouble() - 0.5);
    }
    return numbers;
  }

  @Test
  void eachFormTakesTheBytesThatItSaysAndLosesNothing() {
    assertThat(bytes(new float[1024])).isEqualTo(4 + 4);
    float[] few = new float[256];
    few[3] = 0.1f;
    few[255] = -0f;
    assertThat(bytes(few)).isEqualTo(4 + 12); // padded by one
    assertThat(bytes(random(256, x -> Math.rint(x * 254) * 0x1p-9 + 0.0))).isEqualTo(4 + 260);
    assertThat(bytes(random(256, x -> Math.rint(x * 60_000) * 0x1p20 + 0.0))).isEqualTo(4 + 516);
    assertThat(bytes(random(256, x -> (float) x * 0x1p-20))).isEqualTo(4 + 1028);
    float[] upper = random(256, x -> Math.scalb(x, (int) (x * 80)));
    for (int i = 0; i < upper.length; i++) {
      upper[i] = Float.intBitsToFloat(Float.floatToRawIntBits(upper[i]) & 0xFFFF0000);
    }
    assertThat(bytes(upper)).isEqualTo(4 + 516);
    float[] halves = random(256, x -> Math.scalb(x, (int) (x * 30)));
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Half.nearest(halves[i]);
    }
    assertThat(bytes(halves)).isEqualTo(4 + 516);
  }

  @Test
  void whateverTheNumbersTheyComeBackToTheBit() {
    float[] special = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0f,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MIN_NORMAL,
      1e-30f,
      3
    };
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 2000; trial++) {
      float[] numbers = new float[random.nextInt(700)];
      int kind = random.nextInt(4);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] =
            switch (kind) {
              case 0 -> special[random.nextInt(special.length)];
              case 1 -> random.nextInt(9) == 0 ? Float.intBitsToFloat(random.nextInt()) : 0;
              case 2 -> Math.scalb((float) random.nextInt(-127, 128), random.nextInt(2) * 60 - 90);
              default -> Half.nearest((float) random.nextDouble() * 70_000);
            };
        numbers[i] = Float.intBitsToFloat(Float.floatToIntBits(numbers[i]));
      }
      bytes(numbers);
    }
  }

  @Test
  void withoutRoomNothingIsWrittenHalfway() {
    float[] numbers = random(512, x -> x);
    assertThat(BlockCode.write(FloatBuffer.wrap(numbers), ByteBuffer.allocate(2048))).isFalse();
    assertThat(BlockCode.write(FloatBuffer.wrap(numbers), ByteBuffer.allocate(3))).isFalse();
  }

  private static void assertRefused(String message, int... bytes) {
    ByteBuffer in = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      in.put((byte) each);
    }
    in.flip();
    assertThatThrownBy(() -> BlockCode.read(in, FloatBuffer.wrap(new float[BlockCode.count(in)])))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }

  @Test
  void brokenBytesAreErrors() {
    assertRefused("frame: a coded body expects at least 4 bytes, got fewer", 1, 0);
    assertRefused("frame: a coded body of 5 bytes expects fewer numbers, got 257", 1, 1, 0, 0, 0);
    assertRefused(
        "frame: a coded body of 5 bytes expects fewer numbers, got -1", 255, 255, 255, 255, 0);
    assertRefused("frame: a coded block expects a form from 0 to 6, got 7", 1, 0, 0, 0, 7);
    assertRefused("frame: a coded block expects 4 more bytes, got 3", 1, 0, 0, 0, 6, 1, 2, 3);
    assertRefused(
        "frame: a coded block of 2 numbers expects ascending positions, got 2 after -1",
        2,
        0,
        0,
        0,
        1,
        0,
        2,
        0,
        0,
        0,
        0);
    assertRefused(
        "frame: a coded block of 3 numbers expects ascending positions, got 1 after 1",
        3,
        0,
        0,
        0,
        1,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
    assertRefused(
        "frame: a coded body expects its end behind the last block, got more",
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  @Test
  void halvesAreTheNearestNumbersOfHalfPrecision() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 100_000; trial++) {
      float number = Math.scalb((float) random.nextDouble() - 0.5f, random.nextInt(44) - 26);
      int exponent = Math.max(-14, Math.getExponent(number));
      double unit = Math.scalb(1.0, exponent - 10);
      double expected = Math.rint(number / unit) * unit;
      float half = Half.nearest(number);
      assertThat((double) half)
          .isEqualTo(Math.abs(expected) > 65_504 ? Math.signum(number) / 0.0 : expected);
      assertThat(Half.of(Half.bits(half))).isEqualTo(half);
    }
    assertThat(Half.nearest(65_519.996f)).isEqualTo(65_504);
    assertThat(Half.nearest(Float.NaN)).isNaN();
    assertThat(Half.of(Half.bits(Float.NaN))).isNaN();
    assertThat(Half.nearest(-0f)).isEqualTo(-0f);
    assertThat(Half.of((short) 0x3C01)).isEqualTo(1 + 0x1p-10f);
    assertThat(Half.of((short) 0x8001)).isEqualTo(-0x1p-24f);
  }
}
