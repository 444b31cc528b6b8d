package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.config.ConfigException;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.GradientCheck;
import java.util.List;
import org.junit.jupiter.api.Test;

class FocalLossTest {
  @Test
  void theGradientsAreThoseOfTheFunction() {
    for (double gamma : new double[] {1, 2, 3.5}) {
      GradientCheck.of(new FocalLoss(gamma), Shape.of(4, 3), Shape.of(4), 2, 0, 1, 1).check();
    }
  }

  @Test
  void itIsTheFormulaAndFlatWhereAllIsRight() {
    try (Kernels kernels = KernelProvider.open();
        Arena arena = Arena.root("test", 1 << 20)) {
      Eager engine = Eager.recording(kernels, arena.child("step"));
      // Probabilities of 1/4 and 3/4, and one that is 1 in float32.
      double log3 = Math.log(3);
      Value outputs =
          engine.leaf(
              Tensor.allocate(arena, DType.FLOAT32, Shape.of(3, 2)).set(0, log3, 0, log3, 200, 0));
      Value targets = engine.leaf(Tensor.allocate(arena, DType.FLOAT32, Shape.of(3)).set(0, 1, 0));

      Value losses = new FocalLoss(2).of(outputs, targets);
      double[] slope = Gradients.of(losses, List.of(outputs)).get(0).tensor().toDoubles();

      double[] values = losses.tensor().toDoubles();
      assertThat(values[0]).isCloseTo(0.75 * 0.75 * Math.log(4), within(1e-6));
      assertThat(values[1]).isCloseTo(0.25 * 0.25 * Math.log(4.0 / 3), within(1e-6));
      assertThat(values[2]).isZero();
      assertThat(slope[4]).isZero();
      assertThat(slope[5]).isZero();
      arena.closeAll();
    }
  }

  @Test
  void aGammaBelowOneIsRefused() {
    assertThatThrownBy(() -> new FocalLoss(0.5))
        .isInstanceOf(ConfigException.class)
        .hasMessage("gamma: expects a number of at least 1, got 0.5");
  }
}
