package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.Constant;
import io.sparrowml.layer.Parameter;
import io.sparrowml.layer.Parameters;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.train.GradientCheck;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwishTest {
  @Test
  void theGradientsAreThoseOfTheFunction() {
    GradientCheck.of(new Swish(1.5), Shape.of(3, 4)).check();
    GradientCheck.of(new Swish(1.5), Shape.of(2, 3, 4)).check();
  }

  @Test
  void thereIsABetaForEachChannel() {
    ShapesOnly engine = new ShapesOnly();
    List<Parameter> asked = new ArrayList<>();
    Parameters parameters =
        Parameters.inference(
            parameter -> {
              asked.add(parameter);
              return engine.leaf(parameter.shape());
            });

    Value y = new Swish(1.5).apply(engine.leaf(Shape.of(2, 3, 4)), parameters);

    assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).path()).isEqualTo("beta");
    assertThat(asked.get(0).shape()).isEqualTo(Shape.of(4));
    assertThat(asked.get(0).initializer()).isEqualTo(new Constant(1.5));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ShapesOnly engine = new ShapesOnly();
    Parameters parameters = Parameters.inference(parameter -> engine.leaf(parameter.shape()));

    assertThatThrownBy(() -> new Swish(1).apply(engine.leaf(Shape.of(4)), parameters))
        .isInstanceOf(ShapeException.class)
        .hasMessage("swish expects [n, ..., channels], got [4]");
    assertThatThrownBy(() -> new Swish(Double.NaN))
        .isInstanceOf(ConfigException.class)
        .hasMessage("start: expects a number, got NaN");
  }
}
