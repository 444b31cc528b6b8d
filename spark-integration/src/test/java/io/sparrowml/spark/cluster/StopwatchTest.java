package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.autograd.Timings;
import io.sparrowml.train.Phase;
import io.sparrowml.train.StepProfile;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private long now = 100;
  private final Stopwatch watch = new Stopwatch(() -> now);

  private void spend(long nanos, Phase phase) {
    now += nanos;
    watch.done(phase);
  }

  @Test
  void whatIsDoneInStepsAddsUp() {
    for (int step = 0; step < 2; step++) {
      watch.start();
      spend(10, Phase.INPUT);
      spend(20, Phase.REDUCE);
      spend(1, Phase.INPUT);
      now += 5;
      watch.stop();
    }

    StepProfile profile = watch.profile(new Timings());

    assertThat(profile.slots()).isEqualTo(1);
    assertThat(profile.steps()).isEqualTo(2);
    assertThat(profile.phases())
        .containsEntry(Phase.INPUT, 22L)
        .containsEntry(Phase.REDUCE, 40L)
        .containsEntry(Phase.OTHER, 10L)
        .doesNotContainKey(Phase.WAIT);
  }

  @Test
  void whatIsDoneBetweenStepsIsNotMeasured() {
    spend(10, Phase.WAIT);
    watch.stop();
    watch.start();
    watch.stop();
    spend(10, Phase.WAIT);

    StepProfile profile = watch.profile(new Timings());
    assertThat(profile.steps()).isEqualTo(1);
    assertThat(profile.phases().values()).containsOnly(0L);
  }
}
