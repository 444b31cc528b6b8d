package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.kernel.Precision;
import io.sparrowml.layer.Conv2d;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.MaxPool2d;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TaskThreadsTest {
  private static final int WORKERS = 2;
  private static final String TASKS = "Executor task l"; // as much as Linux keeps of the name

  private static final Network MLP =
      new Network(
          Shape.of(28, 28, 1),
          List.of(new Flatten(), new Dense(256, new Relu(), new HeNormal()), new Dense(10)));

  private static final Network CNN =
      new Network(
          Shape.of(28, 28, 1),
          List.of(
              new Conv2d(16, 3, new Relu()),
              new MaxPool2d(2),
              new Conv2d(32, 3, new Relu()),
              new Flatten(),
              new Dense(10)));

  /** What a training left: weights and metrics. */
  private record Outcome(List<Double> weights, List<Map<String, Double>> metrics) {}

  @Test
  void noMoreThreadsThanProcessors() {
    assertThat(TaskThreads.count(1, 8)).isEqualTo(1);
    assertThat(TaskThreads.count(4, 8)).isEqualTo(4);
    assertThat(TaskThreads.count(4, 2)).isEqualTo(2);
    assertThat(TaskThreads.count()).as("outside of tasks").isEqualTo(1);
  }

  @Test
  @Tag("slow")
  void taskCpusWidenKernelsAndChangeNoBit() throws Exception {
    List<Outcome> narrow = trained(1);
    List<Outcome> wide = trained(2);

    assertThat(wide).isEqualTo(narrow);
    assertThat(narrow).extracting(Outcome::weights).doesNotHaveDuplicates();
  }

  /** Trains both networks on {@code local[2]}. */
  private static List<Outcome> trained(int cpus) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.task.cpus", cpus)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    try {
      SparkContext context = spark.sparkContext();
      int slots =
          context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
      assertThat(slots).isEqualTo(2 / cpus);
      int threads =
          JavaSparkContext.fromSparkContext(context)
              .parallelize(List.of(1), 1)
              .map(i -> TaskThreads.count())
              .first();
      assertThat(threads).isEqualTo(Math.min(cpus, Runtime.getRuntime().availableProcessors()));
      String digits =
          "{\"format\": \"synthetic-digits\", \"train\": {\"rows\": 2000}, \"validation\": 0.2}";
      TrainingData data =
          new Ingest(spark, Descriptions.MAPPER.readJson(digits, DataConfig.class), Target.CLASSES)
              .load(42, WORKERS);
      List<Outcome> outcomes = new ArrayList<>();
      for (Network network : List.of(MLP, CNN)) {
        outcomes.add(train(context, spec(network, data, slots), data));
      }
      if (Files.isDirectory(Path.of("/proc/self/task"))) {
        assertThat(nativeTaskThreads() > javaTaskThreads()).isEqualTo(threads > 1);
      }
      return outcomes;
    } finally {
      spark.stop();
    }
  }

  private static TrainingSpec spec(Network network, TrainingData data, int slots) {
    return new TrainingSpec(
        new Model(
            network, data.preprocessing(), new SoftmaxCrossEntropy(), "label", data.classes()),
        new Adam(0.001),
        null,
        Precision.FLOAT32,
        OnNonFinite.STOP,
        List.of(new MeanLoss(), new Accuracy()),
        42,
        256,
        2,
        null,
        null,
        WORKERS,
        new Mode.Sync(),
        new Compression.None(),
        Membership.of(slots, Duration.ofSeconds(60)));
  }

  private static Outcome train(SparkContext context, TrainingSpec spec, TrainingData data)
      throws InterruptedException {
    Layout layout = Layout.of(spec.model().network());
    try (Arena arena = Arena.root("test", 1L << 30)) {
      Weights weights = new Weights(layout, Node.vector(arena, layout.size()));
      List<EpochRecord> history =
          new Training(context, spec, data.train(), data.validation())
              .run(weights, TrainingListener.NONE);
      return new Outcome(
          Arrays.stream(weights.flat().toDoubles()).boxed().toList(),
          history.stream().map(EpochRecord::metrics).toList());
    }
  }

  /** Native threads inherit the name of the thread that starts them. */
  private static long nativeTaskThreads() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
      return all.filter(thread -> nameOf(thread).startsWith(TASKS)).count();
    }
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"));
    } catch (IOException e) {
      return "ended meanwhile";
    }
  }

  private static long javaTaskThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(TASKS))
        .count();
  }
}
