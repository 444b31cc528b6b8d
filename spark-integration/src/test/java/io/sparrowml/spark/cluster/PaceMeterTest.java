package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.wire.Pace;
import org.junit.jupiter.api.Test;

class PaceMeterTest {
  private long now = 100;
  private final PaceMeter meter = new PaceMeter(() -> now);

  @Test
  void whatIsUnderWayCountsToo() {
    meter.begin(0);
    now += 10;
    meter.begin(1);
    now += 5;
    meter.end(0);
    now += 100;

    assertThat(meter.read(3, 7)).isEqualTo(new Pace(3, 7, 1, 120));
  }

  @Test
  void aNewGenerationBeginsAtZero() {
    meter.begin(0);
    now += 10;
    meter.end(0);
    meter.begin(1);

    meter.reset();
    now += 10;
    meter.end(1);

    assertThat(meter.read(4, 7)).isEqualTo(new Pace(4, 7, 0, 0));
  }
}
