package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.tensor.RandomKey;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class SyntheticDigitsTest {
  private final SyntheticDigits digits = new SyntheticDigits(RandomKey.of(0).with("train"));
  private final byte[] pixels = new byte[SyntheticDigits.PIXELS];

  @Test
  void areTheSameBytesOnEveryMachine() {
    CRC32 checksum = new CRC32();
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      labels.append(digits.draw(i, pixels));
      checksum.update(pixels);
    }

    assertThat(labels).hasToString("21304797385115125714");
    assertThat(checksum.getValue()).isEqualTo(1691211833L);
  }

  @Test
  void showEachDigitAboutEquallyOften() {
    int[] counts = new int[10];
    for (int i = 0; i < 2000; i++) {
      counts[digits.draw(i, pixels)]++;
    }

    for (int count : counts) {
      assertThat(count).isBetween(150, 250);
    }
  }

  @Test
  void haveInkInTheMiddleAndLittleAtTheCorners() {
    double centre = 0;
    double corner = 0;
    for (int i = 0; i < 300; i++) {
      digits.draw(i, pixels);
      centre += mean(8, 20);
      corner += mean(0, 3);
    }

    assertThat(centre / 300).isBetween(50.0, 120.0);
    assertThat(corner / 300).isBetween(1.0, 15.0);
  }

  private double mean(int from, int to) {
    double sum = 0;
    for (int y = from; y < to; y++) {
      for (int x = from; x < to; x++) {
        sum += pixels[y * SyntheticDigits.SIDE + x] & 0xff;
      }
    }
    return sum / ((to - from) * (to - from));
  }
}
