package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.regularizer.None;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of a slice of 1,000 numbers, of which 800 to 815 are a statistic. */
class RoundingTest {
  private static final int LENGTH = 1000;
  private static final int EXEMPT = 768; // the block of the statistic
  private static final Segments SEGMENTS =
      new Segments(
          List.of(new Segment.Trained(0, 800, 1, new None()), new Segment.Statistic(800, 16, 0.9)));

  private final Arena arena = Arena.root("test", 1 << 20);
  private final SplittableRandom random = new SplittableRandom(5);

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private Tensor vector() {
    Tensor vector = Tensor.allocate(arena, DType.FLOAT32, Shape.of(LENGTH));
    vector.clear();
    return vector;
  }

  private Tensor gradient() {
    Tensor gradient = vector();
    for (int i = 0; i < LENGTH; i++) {
      float number = (float) random.nextDouble() - 0.5f;
      gradient.floats().put(i, Math.scalb(number, random.nextInt(12) - 6));
    }
    return gradient;
  }

  private static Rounding of(Compression compression) {
    return new Rounding(compression, SEGMENTS, LENGTH);
  }

  @Test
  void bfloat16IsTheNearestOneAndAnEvenOneOfTwo() {
    assertThat(Rounding.bfloat16(1 + 0x1p-8f)).isEqualTo(1);
    assertThat(Rounding.bfloat16(1 + 3 * 0x1p-8f)).isEqualTo(1 + 0x1p-6f);
    assertThat(Rounding.bfloat16(1 + 0x1p-8f + 0x1p-20f)).isEqualTo(1 + 0x1p-7f);
    assertThat(Rounding.bfloat16(-Float.MAX_VALUE)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Rounding.bfloat16(Float.NaN)).isNaN();
  }

  @Test
  void sumsAreRoundedAtEachNodeOfTheTreeButNotStatistics() {
    for (Compression compression : List.of(new Compression.Bfloat16(), new Compression.Float16())) {
      Tensor left = gradient();
      Tensor right = gradient();
      float[] exact = left.toFloats();
      float[] other = right.toFloats();
      for (int i = 0; i < LENGTH; i++) {
        exact[i] += other[i];
      }
      GradientSum sum =
          of(compression)
              .add(
                  new GradientSum(1, Payload.borrowed(left)),
                  new GradientSum(2, Payload.borrowed(right)));

      assertThat(sum.count()).isEqualTo(3);
      float[] rounded = left.toFloats();
      boolean brain = compression instanceof Compression.Bfloat16;
      double unit = brain ? 0x1p-7 : 0x1p-10;
      for (int i = 0; i < LENGTH; i++) {
        double step = Math.scalb(unit, Math.max(brain ? -126 : -14, Math.getExponent(exact[i])));
        double expected = i < EXEMPT ? Math.rint(exact[i] / step) * step : exact[i];
        assertThat((double) rounded[i]).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatInt8TakesAwayIsKeptBackAndGoesWithTheNext() {
    Rounding rounding = of(new Compression.Int8());
    Tensor kept = vector();
    for (int step = 0; step < 5; step++) {
      Tensor gradient = gradient();
      float[] before = gradient.toFloats();
      float[] owed = kept.toFloats();
      rounding.worker(gradient, kept);
      float[] sent = gradient.toFloats();
      float[] rest = kept.toFloats();
      for (int block = 0; block < EXEMPT; block += 256) {
        int from = block;
        double largest =
            IntStream.range(from, from + 256).mapToDouble(i -> Math.abs(sent[i])).max().orElse(0);
        for (int i = block; i < block + 256; i++) {
          float wanted = before[i] + owed[i];
          assertThat(sent[i] + rest[i]).isEqualTo(wanted);
          assertThat((double) Math.abs(rest[i])).isLessThanOrEqualTo(largest / 63 / 2);
        }
      }
      assertThat(Arrays.copyOfRange(sent, EXEMPT, LENGTH))
          .isEqualTo(Arrays.copyOfRange(before, EXEMPT, LENGTH));
    }
  }

  @Test
  void topKSendsTheLargestAndKeepsTheOthersBack() {
    Rounding rounding = of(new Compression.TopK(0.05));
    Tensor kept = vector();
    for (int step = 0; step < 5; step++) {
      Tensor gradient = gradient();
      float[] before = gradient.toFloats();
      float[] owed = kept.toFloats();
      rounding.worker(gradient, kept);
      float[] sent = gradient.toFloats();
      float[] rest = kept.toFloats();
      double[] wanted = IntStream.range(0, EXEMPT).mapToDouble(i -> before[i] + owed[i]).toArray();
      double least =
          Arrays.stream(wanted).map(Math::abs).sorted().skip(EXEMPT - 39L).findFirst().orElse(0);
      int count = 0;
      for (int i = 0; i < EXEMPT; i++) {
        boolean goes = Math.abs(wanted[i]) >= least;
        count += goes ? 1 : 0;
        assertThat((double) sent[i]).isEqualTo(goes ? wanted[i] : 0);
        assertThat((double) rest[i]).isEqualTo(goes ? 0 : wanted[i]);
      }
      assertThat(count).isEqualTo(39); // 5 percent of 768
      assertThat(Arrays.copyOfRange(sent, EXEMPT, LENGTH))
          .isEqualTo(Arrays.copyOfRange(before, EXEMPT, LENGTH));
    }
  }

  @Test
  void ofEqualNumbersTopKSendsTheFirst() {
    Tensor gradient = vector();
    for (int i = 0; i < LENGTH; i++) {
      gradient.floats().put(i, i % 2 == 0 ? 1 : -1);
    }
    of(new Compression.TopK(0.01)).worker(gradient, vector());

    assertThat(Arrays.copyOf(gradient.toFloats(), 9))
        .containsExactly(1, -1, 1, -1, 1, -1, 1, -1, 0);
  }

  @Test
  void whatIsNotFiniteTravels() {
    for (Compression compression :
        List.of(
            new Compression.Bfloat16(),
            new Compression.Float16(),
            new Compression.Int8(),
            new Compression.TopK(0.01))) {
      Tensor gradient = gradient();
      gradient.floats().put(300, Float.NaN);
      of(compression).worker(gradient, vector());
      assertThat(gradient.toFloats()[300]).as("%s", compression).isNaN();
    }
  }
}
