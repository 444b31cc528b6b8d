package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Residual;
import io.sparrowml.layer.Tanh;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pass waits for parameters before it reads them, and for those of the first layers first. */
class ParameterReadsTest {
  private static final Network NETWORK =
      new Network(
          Shape.of(3, 2),
          List.of(
              new Flatten(),
              new Dense(7),
              new BatchNorm(),
              new Residual(new Dense(7), new Tanh()),
              new Tanh(),
              new Dense(4)));

  private final StepFixture fixture = new StepFixture(NETWORK);
  private final TrainingStep step = fixture.step("step");
  private final List<Integer> awaited = new ArrayList<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Parameters that are in their place when they are waited for, and not before. */
  private float[] gradient() {
    Tensor parameters = fixture.parameters();
    float[] all = parameters.toFloats();
    float[] nothing = new float[all.length];
    Arrays.fill(nothing, Float.NaN);
    parameters.floats().put(nothing);
    awaited.clear();
    return fixture.run(
        step,
        new Exchange<RuntimeException>() {
          @Override
          public void await(int to) {
            parameters.slice(0, to).floats().put(all, 0, to);
            awaited.add(to);
          }

          @Override
          public void computed(int from) {}
        });
  }

  @Test
  void nothingIsReadThatWasNotWaitedFor() {
    float[] expected = fixture.run(fixture.step("undisturbed"), Exchange.none());

    for (int run = 0; run < 2; run++) {
      assertThat(gradient()).isEqualTo(expected).doesNotContain(Float.NaN);
    }
  }

  @Test
  void theFirstLayerDoesNotWaitForTheLast() {
    gradient();

    List<Layout.Entry> entries = fixture.layout().entries();
    Layout.Entry first = entries.get(0);
    assertThat(first.name()).startsWith("1/");
    assertThat(awaited.get(0)).isLessThan(entries.get(entries.size() - 2).offset());
    assertThat(awaited).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(3);
    assertThat(awaited.get(awaited.size() - 1)).isEqualTo(fixture.layout().size());
  }
}
