package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.GradientCheck;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MishOpTest {
  private static double[] compute(DType dtype, double... numbers) {
    try (Kernels kernels = KernelProvider.open();
        Arena arena = Arena.root("test", 1 << 20)) {
      Eager engine = Eager.forgetting(kernels, arena.child("step"));
      Tensor x = Tensor.allocate(arena, dtype, Shape.of(numbers.length)).set(numbers);
      Value y = engine.apply(new MishOp(), List.of(engine.leaf(x)));
      double[] results = y.tensor().toDoubles();
      arena.closeAll();
      return results;
    }
  }

  @Test
  void theGradientsAreThoseOfTheFunction() {
    GradientCheck check = GradientCheck.of(new MishOp(), Shape.of(3, 4));

    check.check();
    check.checkSecondOrder();
  }

  @Test
  void itIsTheFormulaOverMoreNumbersThanAChunkHolds() {
    double[] numbers = new double[2500];
    Arrays.setAll(numbers, i -> (i - 1250) / 100.0);

    double[] doubles = compute(DType.FLOAT64, numbers);
    double[] floats = compute(DType.FLOAT32, numbers);

    for (int i = 0; i < numbers.length; i++) {
      double expected = numbers[i] * Math.tanh(Math.log1p(Math.exp(numbers[i])));
      assertThat(doubles[i]).isCloseTo(expected, within(1e-14 * Math.max(1, Math.abs(expected))));
      assertThat(floats[i]).isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
    }
  }

  @Test
  void farFromZeroItIsTheLineAndZero() {
    assertThat(compute(DType.FLOAT64, 50, 1000, -1000)).containsExactly(50, 1000, -0.0);
  }
}
