import io.sparrowml.benchmarks.Slices;
import java.time.Duration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Times a training by Deeplearning4j, batches lying ready in float32; OMP_NUM_THREADS says how many
 * native threads it has.
 *
 * <p>usage: java Dl4jTraining.java SUBJECT BATCH WARM-UP SLICE SLICES
 */
public final class Dl4jTraining {
  private static final int BATCHES = 8;

  private Dl4jTraining() {}

  /** Prints the samples per second of the median slice. */
  public static void main(String[] args) throws Exception {
    int batch = Integer.parseInt(args[1]);
    Slices slices =
        new Slices(Duration.parse(args[2]), Duration.parse(args[3]), Integer.parseInt(args[4]));
    System.out.println(slices.rate(1, () -> new Training(args[0], batch)));
  }

  private static final class Training implements Slices.Work {
    private final MultiLayerNetwork network;
    private final DataSet[] batches = new DataSet[BATCHES];
    private final int batch;
    private int next;

    Training(String subject, int batch) {
      this.batch = batch;
      network = new MultiLayerNetwork(subject.equals("mlp") ? mlp() : cnn());
      network.init();
      for (int i = 0; i < BATCHES; i++) {
        INDArray images =
            subject.equals("mlp") ? Nd4j.rand(batch, 784) : Nd4j.rand(batch, 1, 28, 28);
        INDArray labels = Nd4j.zeros(batch, 10);
        for (int row = 0; row < batch; row++) {
          labels.putScalar(row, (row * 7 + i) % 10, 1);
        }
        batches[i] = new DataSet(images, labels);
      }
    }

    @Override
    public int run() {
      network.fit(batches[next++ % BATCHES]);
      return batch;
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private static NeuralNetConfiguration.Builder adam() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.001));
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder()
        .nIn(in)
        .nOut(out)
        .activation(Activation.RELU)
        .weightInit(WeightInit.RELU)
        .build();
  }

  private static OutputLayer.Builder output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(10)
        .activation(Activation.SOFTMAX);
  }

  private static MultiLayerConfiguration mlp() {
    return adam()
        .list()
        .layer(dense(784, 512))
        .layer(dense(512, 256))
        .layer(output(256).build())
        .build();
  }

  private static ConvolutionLayer convolution(int filters) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(filters)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static MultiLayerConfiguration cnn() {
    return adam()
        .list()
        .layer(convolution(32))
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(pooling())
        .layer(convolution(64))
        .layer(new BatchNormalization())
        .layer(new ActivationLayer(Activation.RELU))
        .layer(pooling())
        .layer(dense(64 * 7 * 7, 128))
        // Of the inputs of the layer so many are kept.
        .layer(output(128).dropOut(0.75).build())
        .setInputType(InputType.convolutional(28, 28, 1))
        .build();
  }
}
