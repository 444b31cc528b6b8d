package io.sparrowml.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Scaling;
import io.sparrowml.data.Tokens;
import io.sparrowml.layer.Dense;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.Descriptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {
  private static final Network TWO = new Network(Shape.of(2), List.of(new Dense(2)));
  private static final Preprocessing PAIR =
      Preprocessing.identity(
          List.of(new Feature.Text("text", Tokens.CHARACTERS, false, 2, List.of("a", "b"))));

  @Test
  void survivesJsonWithItsTarget() {
    Preprocessing scaled =
        new Preprocessing(PAIR.features(), PAIR.scaling(), new Scaling(List.of(1f), List.of(2f)));
    Model model = new Model(TWO, scaled, new MeanSquaredError(), "y", List.of(), Shape.of(2));

    String json = Descriptions.MAPPER.writeJson(model);

    assertThat(Descriptions.MAPPER.readJson(json, Model.class)).isEqualTo(model);
  }

  @Test
  void withoutATargetItPredictsOneClass() {
    Model model = new Model(TWO, PAIR, new SoftmaxCrossEntropy(), "y", List.of("a", "b"));
    String json = Descriptions.MAPPER.writeJson(model);
    String earlier = json.replaceFirst(",\\s*\"target\" : \\[ ]", "");

    assertThat(earlier).isNotEqualTo(json).doesNotContain("target");
    assertThat(Descriptions.MAPPER.readJson(earlier, Model.class)).isEqualTo(model);
    assertThat(model.target()).isEqualTo(Shape.of());
  }

  @Test
  void outputsMustBeThoseOfTheTarget() {
    assertThatThrownBy(
            () ->
                new Model(
                    TWO, PAIR, new SoftmaxCrossEntropy(), "y", List.of("a", "b"), Shape.of(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "model: the loss expects outputs [n, 2, 2] for 2 classes, got [n, 2] from the last"
                + " layer");
  }

  @Test
  void classesAreNotScaled() {
    Preprocessing scaled = new Preprocessing(PAIR.features(), PAIR.scaling(), Scaling.identity(1));

    assertThatThrownBy(
            () -> new Model(TWO, scaled, new SoftmaxCrossEntropy(), "y", List.of("a", "b")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.normalize-label: expects a loss of numbers, got one of classes; leave it out");
  }
}
