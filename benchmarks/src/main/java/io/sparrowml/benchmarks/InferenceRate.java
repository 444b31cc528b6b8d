package io.sparrowml.benchmarks;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.config.Ranges;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
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
import java.time.Duration;

/**
 * Times the prediction of {@value #ROWS} rows at a time that lie ready as bytes, by threads with an
 * instance each, as the tasks of a scoring have.
 */
public final class InferenceRate {
  private static final int ROWS = 256;

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
    private final Inference inference;
    private final Rows rows;

    Prediction(Model model) {
      Layout layout = Layout.of(model.network());
      Weights weights =
          new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
      layout.initialize(weights.flat(), 1);
      RowFormat format =
          new RowFormat(DType.UINT8, Math.toIntExact(model.network().input().size()));
      rows = Rows.allocate(arena, format, ROWS);
      double[] numbers = new double[rows.features().size()];
      RandomKey key = RandomKey.of(1);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (int) (256 * key.uniform(i));
      }
      rows.features().set(numbers);
      rows.labels().clear();
      inference = new Inference(model, format, kernels, arena).use(weights);
    }

    @Override
    public int run() {
      inference.predict(rows, (predictions, outputs, count) -> {});
      return ROWS;
    }

    @Override
    public void close() {
      kernels.close();
      arena.closeAll();
    }
  }
}
