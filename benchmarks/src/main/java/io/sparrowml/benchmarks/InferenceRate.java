package io.sparrowml.benchmarks;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.config.Ranges;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Inference;
import io.sparrowml.train.TrainingStep;
import java.time.Duration;

/**
 * Times the prediction of batches of {@link Inference#BATCH} that lie ready as float32, by threads
 * with an instance each, as the tasks of a scoring have.
 */
public final class InferenceRate {
  private InferenceRate() {}

  /**
   * What is timed.
   *
   * @param warmUp before the slices
   * @param slice how long each one is
   * @param slices how many count
   */
  record Options(Subject subject, int threads, Duration warmUp, Duration slice, int slices) {
    Options {
      Ranges.atLeastOne("threads", threads);
      Ranges.atLeastOne("slices", slices);
    }
  }

  /** Prints the samples per second of the median slice; takes {@link Options} as JSON. */
  public static void main(String[] args) throws Exception {
    System.out.println(rate(new ConfigMapper().readJson(args[0], Options.class)));
  }

  /** The samples per second. */
  static double rate(Options options) throws Exception {
    Model model = options.subject().model();
    return new Slices(options.warmUp(), options.slice(), options.slices())
        .rate(options.threads(), () -> new Prediction(model));
  }

  private static final class Prediction implements Slices.Work {
    private final Arena arena = Arena.root("benchmark", Long.MAX_VALUE);
    private final Kernels kernels = KernelProvider.open();
    private final TrainingStep step;
    private final Weights weights;
    private final Tensor inputs;

    Prediction(Model model) {
      Layout layout = Layout.of(model.network());
      weights = new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      layout.initialize(weights.flat(), 1);
      inputs =
          Tensor.allocate(arena, DType.FLOAT32, model.network().input().prepend(Inference.BATCH));
      double[] numbers = new double[inputs.size()];
      RandomKey key = RandomKey.of(1);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = key.uniform(i);
      }
      inputs.set(numbers);
      step = new TrainingStep(model.network(), model.loss(), kernels, arena.child("inference"));
    }

    @Override
    public int run() {
      step.predict(weights, inputs);
      return Inference.BATCH;
    }

    @Override
    public void close() {
      kernels.close();
      arena.closeAll();
    }
  }
}
