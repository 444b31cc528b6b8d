package io.sparrowml.train;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.initializer.Zeros;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.Unary;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Parameters;
import io.sparrowml.layer.Sequential;
import io.sparrowml.layer.Tanh;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.op.Op;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
  /** {@code x^2}, whose gradient is said to be {@code slope x}. */
  private record Squared(double slope) implements Op {
    @Override
    public Shape infer(List<Shape> in) {
      return in.get(0);
    }

    @Override
    public Kernel kernel(Kernels kernels, List<Tensor> in, Tensor out) {
      return kernels.unary(Unary.SQUARE, 0, in.get(0), out);
    }

    @Override
    public List<Value> gradient(List<Value> in, Value out, Value dOut) {
      return List.of(dOut.multiply(in.get(0).scale(slope)));
    }
  }

  /** A layer that asks for a parameter and leaves it out. */
  private record Idle() implements Layer {
    @Override
    public Value apply(Value x, Parameters p) {
      p.get("idle", x.shape().from(1), new Zeros());
      return x;
    }
  }

  @Test
  void rightGradientsPass() {
    GradientCheck check = GradientCheck.of(new Squared(2), Shape.of(3, 4));
    assertThatCode(check::check).doesNotThrowAnyException();
    assertThatCode(check::checkSecondOrder).doesNotThrowAnyException();
    GradientCheck.of(new Sequential(List.of(new Dense(3), new Tanh())), Shape.of(2, 3)).check();
    GradientCheck.of(new MeanSquaredError(), Shape.of(2, 1), Shape.of(2), 0.5, -1).check();
  }

  @Test
  void gradientsThatAreOffByLittleAreErrors() {
    GradientCheck check = GradientCheck.of(new Squared(2.00001), Shape.of(2)).with(0, 0.5, -1);
    assertThatThrownBy(check::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "Squared\\[slope=2.00001]: the gradient of number 0 of input 0 expects the difference"
                + " -?[0-9.E-]+, got -?[0-9.E-]+");
    GradientCheck small = GradientCheck.of(new Squared(2.0001), Shape.of(1)).with(0, 0.02);
    assertThatThrownBy(small::check).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatHasNoGradientMustBeSaidToBeFlat() {
    GradientCheck check = GradientCheck.of(new Idle(), Shape.of(2, 3));
    assertThatThrownBy(check::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Idle[]: parameter idle expects a gradient, got zeros alone; give it other numbers, or say"
                + " flat(1)");
    assertThatCode(() -> check.flat("idle").check()).doesNotThrowAnyException();
    assertThatThrownBy(() -> check.flat("bias"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Idle[]: flat expects one of [input 0, parameter idle], got bias");
    GradientCheck square = GradientCheck.of(new Squared(2), Shape.of(1)).with(0, 1).flat(0);
    assertThatThrownBy(square::check)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "Squared\\[slope=2.0]: input 0 expects a gradient of zeros, for it is said to be flat,"
                + " got [0-9.]+ among them");
  }
}
