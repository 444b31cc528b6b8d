import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.sparrowml.benchmarks.Slices;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * Times inference by ONNX Runtime: as many sessions as instances, each in a Java thread of its own
 * with as many native threads as are given.
 *
 * <p>usage: java OnnxInference.java MODEL INSTANCES THREADS WARM-UP SLICE SLICES
 */
public final class OnnxInference {
  private OnnxInference() {}

  /** Prints the samples per second of the median slice. */
  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[2]);
    Slices slices =
        new Slices(Duration.parse(args[3]), Duration.parse(args[4]), Integer.parseInt(args[5]));
    System.out.println(
        slices.rate(Integer.parseInt(args[1]), () -> new Prediction(args[0], threads)));
  }

  private static final class Prediction implements Slices.Work {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs;
    private final int batch;

    Prediction(String model, int threads) throws Exception {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model, options);
      var input = session.getInputInfo().entrySet().iterator().next();
      long[] shape = ((ai.onnxruntime.TensorInfo) input.getValue().getInfo()).getShape();
      batch = (int) shape[0];
      int size = 1;
      for (long extent : shape) {
        size *= (int) extent;
      }
      FloatBuffer numbers =
          ByteBuffer.allocateDirect(size * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      Random random = new Random(1);
      while (numbers.hasRemaining()) {
        numbers.put(random.nextFloat());
      }
      inputs =
          Map.of(input.getKey(), OnnxTensor.createTensor(environment, numbers.flip(), shape));
    }

    @Override
    public int run() throws Exception {
      session.run(inputs).close();
      return batch;
    }

    @Override
    public void close() throws Exception {
      inputs.values().forEach(OnnxTensor::close);
      session.close();
    }
  }
}
