package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Tanh;
import io.sparrowml.model.Network;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gradients come from the last layer on; what has come does not change any more. */
class GradientVectorTest {
  private static final Network NETWORK =
      new Network(
          Shape.of(3, 2),
          List.of(
              new Flatten(),
              new Dense(7),
              new BatchNorm(),
              new Tanh(),
              new Dense(5),
              new Tanh(),
              new Dense(4)));

  private final StepFixture fixture = new StepFixture(NETWORK);
  private final TrainingStep step = fixture.step("step");
  private final Tensor gradient = fixture.gradient();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Map<Integer, float[]> computed() {
    Map<Integer, float[]> computed = new LinkedHashMap<>();
    float[] nothing = new float[gradient.size()];
    Arrays.fill(nothing, Float.NaN);
    gradient.floats().put(nothing);
    fixture.run(
        step,
        new Exchange<RuntimeException>() {
          @Override
          public void await(int to) {
            assertThat(computed).as("complete before the parameters are there").isEmpty();
          }

          @Override
          public void computed(int from) {
            computed.put(from, gradient.toFloats());
          }
        });
    return computed;
  }

  private int offset(String name) {
    return fixture.layout().entries().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  @Test
  void whatIsSaidToBeCompleteIs() {
    for (int run = 0; run < 2; run++) {
      Map<Integer, float[]> computed = computed();
      float[] whole = gradient.toFloats();
      assertThat(whole).doesNotContain(Float.NaN);
      computed.forEach(
          (from, then) ->
              assertThat(Arrays.copyOfRange(then, from, then.length))
                  .as("from " + from + " on")
                  .isEqualTo(Arrays.copyOfRange(whole, from, whole.length)));
    }
  }

  @Test
  void theLastLayersGradientsComeBeforeTheOthersAreComputed() {
    Map<Integer, float[]> computed = computed();

    List<Integer> order = new ArrayList<>(computed.keySet());
    assertThat(order).isSortedAccordingTo((a, b) -> b - a).endsWith(0);
    assertThat(order).contains(offset("6/kernel"), offset("4/kernel"));
    float[] first = Objects.requireNonNull(computed.get(offset("6/kernel")));
    assertThat(first[offset("1/kernel")]).as("the first layer's, then").isNaN();
    assertThat(first[offset("4/kernel")]).as("a layer's between, then").isNaN();
  }
}
