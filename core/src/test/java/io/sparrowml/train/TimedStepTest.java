package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.autograd.Origin;
import io.sparrowml.autograd.Timings;
import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Residual;
import io.sparrowml.layer.Softmax;
import io.sparrowml.layer.Tanh;
import io.sparrowml.model.Network;
import io.sparrowml.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose the time of a step's kernels is. */
class TimedStepTest {
  private static final Network NETWORK =
      new Network(
          Shape.of(3, 2),
          List.of(
              new Flatten(),
              new Residual(new Dense(6), new BatchNorm(), new Softmax()),
              new Tanh(),
              new Dense(4)));

  private final StepFixture fixture = new StepFixture(NETWORK);

  @AfterEach
  void close() {
    fixture.close();
  }

  private TrainingStep step(String name) {
    return fixture.step(name);
  }

  private float[] gradient(TrainingStep step) {
    return fixture.run(step, Exchange.none());
  }

  @Test
  void eachLayerHasItsTimeForwardAndBackward() {
    TrainingStep step = step("timed");
    Timings timings = new Timings();
    step.time(timings);
    gradient(step);

    assertThat(timings.nanos().keySet())
        .containsExactlyInAnyOrder(
            new Origin("1/layers/0", false),
            new Origin("1/layers/1", false),
            new Origin("1/layers/2", false),
            new Origin("1", false), // the sum, and tanh in its kernel
            new Origin("3", false),
            new Origin("loss", false),
            new Origin("loss", true),
            new Origin("3", true),
            new Origin("2", true),
            new Origin("1/layers/2", true),
            new Origin("1/layers/1", true),
            new Origin("1/layers/0", true));
    assertThat(timings.nanos().values()).allMatch(nanos -> nanos > 0);
    assertThat(timings.total(false) + timings.total(true))
        .isEqualTo(timings.nanos().values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void timeAddsUpFromStepToStep() {
    TrainingStep step = step("timed");
    Timings timings = new Timings();
    step.time(timings);
    gradient(step);
    Map<Origin, Long> one = Map.copyOf(timings.nanos());
    gradient(step);

    assertThat(timings.nanos().keySet()).isEqualTo(one.keySet());
    one.forEach((origin, nanos) -> assertThat(timings.nanos().get(origin)).isGreaterThan(nanos));
  }

  @Test
  void aTimedStepGivesTheSameBits() {
    float[] expected = gradient(step("plain")).clone();
    TrainingStep timed = step("timed");
    timed.time(new Timings());

    assertThat(gradient(timed)).containsExactly(expected);
  }
}
