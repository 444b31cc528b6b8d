package io.sparrowml.loss;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparrowml.Fixtures;
import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.Gradients;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.kernel.PlainKernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.train.Descriptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses give the numbers and gradients that PyTorch gives. */
class LossFixturesTest {
  static Stream<Named<JsonNode>> cases() {
    return Fixtures.cases("losses").stream().map(c -> Named.of(c.path("name").asText(), c));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inSinglePrecision(JsonNode fixture) {
    try (Kernels kernels = KernelProvider.open()) {
      check(fixture, kernels, DType.FLOAT32);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inDoublePrecision(JsonNode fixture) {
    try (Kernels kernels = new PlainKernels()) {
      check(fixture, kernels, DType.FLOAT64);
    }
  }

  private static void check(JsonNode fixture, Kernels kernels, DType dtype) {
    try (Arena arena = Arena.root("fixture", 1L << 30);
        Arena constants = Arena.root("constants", 1L << 30)) {
      Eager eager = Eager.recording(kernels, arena);
      Loss loss = Descriptions.MAPPER.read(fixture.path("loss"), Loss.class);
      Value outputs = eager.leaf(Fixtures.tensor(constants, dtype, fixture.path("outputs")));
      Value targets = eager.leaf(Fixtures.tensor(constants, dtype, fixture.path("targets")));
      Value losses = loss.of(outputs, targets);
      double tolerance = fixture.path("tolerance").asDouble();
      Fixtures.assertClose("losses", losses.tensor(), fixture.path("losses"), tolerance);
      Value gradient = Gradients.of(losses, List.of(outputs)).get(0);
      Fixtures.assertClose("gradient", gradient.tensor(), fixture.path("gradient"), tolerance);
    }
  }
}
