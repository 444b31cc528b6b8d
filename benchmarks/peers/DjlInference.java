import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.sparrowml.benchmarks.Slices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Times inference by DJL with PyTorch's engine and a TorchScript model: one predictor for each Java
 * thread.
 *
 * <p>usage: java DjlInference.java MODEL SHAPE INSTANCES WARM-UP SLICE SLICES
 *
 * <p>SHAPE is that of a batch, such as 256,784. The property ai.djl.pytorch.num_threads says how
 * many native threads each has.
 */
public final class DjlInference {
  private DjlInference() {}

  /** Prints the samples per second of the median slice. */
  public static void main(String[] args) throws Exception {
    Criteria<NDList, NDList> criteria =
        Criteria.builder()
            .setTypes(NDList.class, NDList.class)
            .optEngine("PyTorch")
            .optModelPath(Path.of(args[0]))
            .optTranslator(new NoopTranslator())
            .build();
    Shape shape = new Shape(Arrays.stream(args[1].split(",")).mapToLong(Long::parseLong).toArray());
    Slices slices =
        new Slices(Duration.parse(args[3]), Duration.parse(args[4]), Integer.parseInt(args[5]));
    try (ZooModel<NDList, NDList> model = criteria.loadModel()) {
      System.out.println(
          slices.rate(Integer.parseInt(args[2]), () -> new Prediction(model, shape)));
    }
  }

  private static final class Prediction implements Slices.Work {
    private final NDManager manager;
    private final Predictor<NDList, NDList> predictor;
    private final NDList inputs;
    private final int batch;

    Prediction(ZooModel<NDList, NDList> model, Shape shape) {
      manager = model.getNDManager().newSubManager();
      predictor = model.newPredictor();
      inputs = new NDList(manager.randomUniform(0, 1, shape));
      batch = (int) shape.get(0);
    }

    @Override
    public int run() throws Exception {
      predictor.predict(inputs).close();
      return batch;
    }

    @Override
    public void close() {
      predictor.close();
      manager.close();
    }
  }
}
