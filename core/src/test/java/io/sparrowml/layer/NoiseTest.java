package io.sparrowml.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.autograd.Eager;
import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is random in training, and changes nothing in inference. */
class NoiseTest {
  private static final Parameters.Source NONE =
      parameter -> {
        throw new AssertionError("no parameters");
      };

  private final Arena arena = Arena.root("noise", 1 << 26);
  private final Kernels kernels = KernelProvider.open();
  private final Eager eager = Eager.forgetting(kernels, arena);

  @AfterEach
  void close() {
    kernels.close();
    arena.close();
  }

  private Value normal(int... dims) {
    Tensor x = eager.allocate(DType.FLOAT32, Shape.of(dims));
    double[] numbers = new double[x.size()];
    Arrays.setAll(numbers, RandomKey.of(5)::normal);
    return eager.leaf(x.set(numbers));
  }

  private static double[] trained(Layer layer, Value x, long key) {
    return layer.apply(x, Parameters.training(NONE, RandomKey.of(key))).tensor().toDoubles();
  }

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }

  private static double variance(double[] numbers) {
    double mean = mean(numbers);
    return Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  @Test
  void inferenceIsLeftAlone() {
    Value x = normal(2, 3, 4);
    for (Layer layer :
        List.of(
            new SpatialDropout(0.3),
            new AlphaDropout(0.3),
            new GaussianDropout(0.3),
            new GaussianNoise(0.3),
            new WeightNoise(0.3, new Linear()))) {
      assertThat(layer.apply(x, Parameters.inference(NONE))).isSameAs(x);
    }
  }

  @Test
  void eachStepHasNoiseOfItsOwnAndTheSameStepTheSame() {
    Value x = normal(20, 3, 4);
    for (Layer layer :
        List.of(
            new SpatialDropout(0.3),
            new AlphaDropout(0.3),
            new GaussianDropout(0.3),
            new GaussianNoise(0.3))) {
      double[] first = trained(layer, x, 1);
      assertThat(trained(layer, x, 1)).containsExactly(first);
      assertThat(trained(layer, x, 2)).isNotEqualTo(first);
    }
  }

  @Test
  void spatialDropoutDropsChannelsAsAWhole() {
    Value x = normal(200, 3, 5, 8);
    double[] numbers = x.tensor().toDoubles();
    double[] dropped = trained(new SpatialDropout(0.25), x, 1);
    int zeros = 0;
    for (int n = 0; n < 200; n++) {
      for (int channel = 0; channel < 8; channel++) {
        boolean zero = dropped[n * 120 + channel] == 0;
        zeros += zero ? 1 : 0;
        for (int place = 0; place < 15; place++) {
          int at = n * 120 + place * 8 + channel;
          assertThat(dropped[at])
              .isCloseTo(zero ? 0 : numbers[at] / 0.75, within(1e-6 * Math.abs(numbers[at])));
        }
      }
    }
    // Four standard deviations of 1600 draws.
    assertThat(zeros).isBetween(330, 470);
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Value x = normal(400, 500);
    double limit = -1.0507009873554805 * 1.6732632423543772;
    for (double rate : new double[] {0.05, 0.2, 0.5}) {
      double[] dropped = trained(new AlphaDropout(rate), x, 1);
      assertThat(mean(dropped)).isCloseTo(0, within(0.02));
      assertThat(variance(dropped)).isCloseTo(1, within(0.02));
      double kept = 1 - rate;
      double a = 1 / Math.sqrt(kept * (1 + limit * limit * rate));
      float saturated = (float) (a * limit - a * rate * limit);
      long count = Arrays.stream(dropped).filter(y -> Math.abs(y - saturated) < 1e-6).count();
      assertThat(count / 200_000.0).isCloseTo(rate, within(0.005));
    }
  }

  @Test
  void gaussianNoiseHasItsStandardDeviation() {
    Value x = normal(400, 500);
    double[] numbers = x.tensor().toDoubles();
    double[] noise = trained(new GaussianNoise(0.5), x, 1);
    double[] factors = trained(new GaussianDropout(0.2), x, 1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] -= numbers[i];
      factors[i] /= numbers[i];
    }

    assertThat(mean(noise)).isCloseTo(0, within(0.005));
    assertThat(variance(noise)).isCloseTo(0.25, within(0.005));
    assertThat(mean(factors)).isCloseTo(1, within(0.005));
    assertThat(variance(factors)).isCloseTo(0.25, within(0.005));
  }

  @Test
  void weightNoiseIsAddedToTrainedParametersOfTheLayerAlone() {
    List<String> paths = new ArrayList<>();
    List<Value> observed = new ArrayList<>();
    Parameters.Source source =
        new Parameters.Source() {
          @Override
          public Value get(Parameter parameter) {
            paths.add(parameter.path());
            Tensor tensor = eager.allocate(DType.FLOAT32, parameter.shape());
            tensor.clear();
            return eager.leaf(tensor);
          }

          @Override
          public void observe(String path, Value batch) {
            observed.add(batch);
          }
        };
    Layer layer =
        (x, p) -> {
          Value mean = p.statistic("mean", Shape.of(100, 100), new Zeros(), 0.9);
          p.observe("mean", mean);
          Value a = p.get("a", Shape.of(100, 100), new Zeros());
          Value b = p.get("b", Shape.of(100, 100), new Zeros());
          assertThat(mean.tensor().toFloats()).containsOnly(0);
          assertThat(a.tensor().toFloats()).isNotEqualTo(b.tensor().toFloats());
          return a.add(x);
        };
    Value zeros = eager.full(normal(100, 100), 0);

    Value y =
        new WeightNoise(0.1, layer)
            .apply(zeros, Parameters.training(source, RandomKey.of(1)).scope("3"));

    assertThat(paths).containsExactly("3/mean", "3/a", "3/b");
    assertThat(observed).hasSize(1);
    assertThat(mean(y.tensor().toDoubles())).isCloseTo(0, within(0.004));
    assertThat(variance(y.tensor().toDoubles())).isCloseTo(0.01, within(0.0006));
  }

  @Test
  void wrongNumbersAndShapesAreNamed() {
    assertThatThrownBy(() -> new SpatialDropout(1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("rate: expects a number in [0, 1), got 1.0");
    assertThatThrownBy(() -> new AlphaDropout(-0.1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("rate: expects a number in [0, 1), got -0.1");
    assertThatThrownBy(() -> new GaussianDropout(2))
        .isInstanceOf(ConfigException.class)
        .hasMessage("rate: expects a number in [0, 1), got 2.0");
    assertThatThrownBy(() -> new GaussianNoise(-1))
        .isInstanceOf(ConfigException.class)
        .hasMessage("stddev: expects a number of at least 0, got -1.0");
    assertThatThrownBy(() -> new WeightNoise(Double.NaN, new Linear()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("stddev: expects a number of at least 0, got NaN");
    ShapesOnly engine = new ShapesOnly();
    Parameters p = Parameters.inference(parameter -> engine.leaf(parameter.shape()));
    assertThatThrownBy(() -> new SpatialDropout(0.5).apply(engine.leaf(Shape.of(2, 3)), p))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "spatial dropout expects [n, ..., channels] with places, got [2, 3]; use dropout");
    assertThatThrownBy(() -> new PRelu().apply(engine.leaf(Shape.of(2)), p))
        .isInstanceOf(ShapeException.class)
        .hasMessage("prelu expects [n, ..., channels], got [2]");
  }
}
