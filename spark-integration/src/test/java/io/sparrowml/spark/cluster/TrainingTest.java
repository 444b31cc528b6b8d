package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.MicroBatches;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.initializer.Zeros;
import io.sparrowml.kernel.Precision;
import io.sparrowml.layer.BatchNorm;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Dropout;
import io.sparrowml.layer.Flatten;
import io.sparrowml.layer.Linear;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.metric.Auc;
import io.sparrowml.metric.Average;
import io.sparrowml.metric.F1;
import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.R2;
import io.sparrowml.metric.Recall;
import io.sparrowml.metric.TopK;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Cosine;
import io.sparrowml.optimizer.Lamb;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.WarmUp;
import io.sparrowml.regularizer.L2;
import io.sparrowml.regularizer.MaxNorm;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.ingest.DataConfig;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.OnStraggler;
import io.sparrowml.train.ReduceOnPlateau;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TrainingTest {
  private static final Network MLP =
      new Network(
          Shape.of(28, 28, 1),
          List.of(
              new Flatten(),
              new Dense(64, new Relu(), new HeNormal()),
              new Dropout(0.2),
              new Dense(10)));

  private static SparkSession spark;
  private static TrainingData data;

  private record Outcome(
      List<Double> weights, List<Map<String, Double>> metrics, List<Double> rates) {}

  @BeforeAll
  static void load() {
    spark =
        SparkSession.builder()
            .master("local[3]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    String digits =
        "{\"format\": \"synthetic-digits\", \"train\": {\"rows\": 3000}, \"validation\": 0.2}";
    data =
        new Ingest(spark, Descriptions.MAPPER.readJson(digits, DataConfig.class), Target.CLASSES)
            .load(42, 5);
  }

  @AfterAll
  static void stop() {
    data.unpersist();
    spark.stop();
  }

  private static TrainingSpec spec(
      int slots, int epochs, Optimizer optimizer, @Nullable EarlyStopping stopping) {
    Model model =
        new Model(MLP, data.preprocessing(), new SoftmaxCrossEntropy(), "label", data.classes());
    return new TrainingSpec(
        model,
        optimizer,
        null,
        Precision.FLOAT32,
        OnNonFinite.STOP,
        List.of(new MeanLoss(), new Accuracy(), new Recall(null), new Auc()),
        42,
        128,
        epochs,
        stopping,
        null,
        5,
        new Mode.Sync(),
        new Compression.None(),
        Membership.of(slots, Duration.ofSeconds(20)));
  }

  private static Outcome train(TrainingSpec spec, TrainingListener listener)
      throws InterruptedException {
    return train(spec, listener, null);
  }

  private static Outcome train(
      TrainingSpec spec, TrainingListener listener, @Nullable Checkpointing checkpointing)
      throws InterruptedException {
    Layout layout = Layout.of(spec.model().network());
    try (Arena arena = Arena.root("test", 1L << 30)) {
      Weights weights = new Weights(layout, Node.vector(arena, layout.size()));
      List<EpochRecord> history =
          new Training(spark.sparkContext(), spec, data.train(), data.validation(), checkpointing)
              .run(weights, listener);
      return new Outcome(
          Arrays.stream(weights.flat().toDoubles()).boxed().toList(),
          history.stream().map(EpochRecord::metrics).toList(),
          history.stream().map(EpochRecord::learningRate).toList());
    }
  }

  @Test
  void weightsAndMetricsHaveTheSameBitsForAnyNumberOfSlots() throws InterruptedException {
    Outcome one = train(spec(1, 3, new Adam(0.001), null), TrainingListener.NONE);
    Outcome two = train(spec(2, 3, new Adam(0.001), null), TrainingListener.NONE);
    Outcome three = train(spec(3, 3, new Adam(0.001), null), TrainingListener.NONE);

    assertThat(two.weights).isEqualTo(one.weights);
    assertThat(three.weights).isEqualTo(one.weights);
    assertThat(two.metrics).isEqualTo(one.metrics);
    assertThat(three.metrics).isEqualTo(one.metrics);
    assertThat(one.metrics.get(2).keySet())
        .hasSize(48)
        .startsWith("train.loss", "train.accuracy", "train.recall", "train.recall.0")
        .contains("train.auc.9", "validation.loss", "validation.recall.9")
        .endsWith("validation.auc.9");
    assertThat(one.metrics.get(2).get("validation.auc")).isBetween(0.97, 0.99999);
    assertThat(one.metrics.get(2).get("validation.accuracy")).isGreaterThan(0.8);
  }

  /** LAMB under a schedule, a limit on the norm, a max-norm layer, and a rate that is reduced. */
  private static TrainingSpec all(int slots) {
    Network network =
        new Network(
            Shape.of(28, 28, 1),
            List.of(
                new Flatten(),
                new Dense(64, new Relu(), new HeNormal(), new Zeros(), true, new MaxNorm(0.7)),
                new Dense(10, new Linear(), new XavierUniform(), new Zeros(), true, new L2(1e-4))));
    return new TrainingSpec(
        new Model(
            network, data.preprocessing(), new SoftmaxCrossEntropy(), "label", data.classes()),
        new Lamb(new WarmUp(10, new Cosine(0.02, 0, null)), 0.9, 0.999, 1e-6, 0.01),
        Clip.byNorm(0.5),
        Precision.FLOAT32,
        OnNonFinite.STOP,
        List.of(new MeanLoss(), new Accuracy()),
        42,
        128,
        3,
        null,
        new ReduceOnPlateau("validation.loss", 0.5, 1, 10, 0, 0),
        5,
        new Mode.Sync(),
        new Compression.None(),
        Membership.of(slots, Duration.ofSeconds(20)));
  }

  @Test
  void whatLooksAtWholeParametersAndAtTheNormOfAllHasTheSameBitsForAnyNumberOfSlots()
      throws InterruptedException {
    Outcome one = train(all(1), TrainingListener.NONE);
    Outcome two = train(all(2), TrainingListener.NONE);
    Outcome three = train(all(3), TrainingListener.NONE);

    assertThat(two).isEqualTo(one);
    assertThat(three).isEqualTo(one);
    assertThat(one.metrics.get(2).get("validation.accuracy")).isGreaterThan(0.8);
    int steps = new MicroBatches(data.train().total(), 128).steps();
    Schedule schedule = all(1).schedule(steps);
    assertThat(one.rates)
        .containsExactly(
            schedule.rate(steps), schedule.rate(2L * steps), 0.5 * schedule.rate(3L * steps));
  }

  /** Batch normalization, dropout, Adam, a rate that is reduced, and the best weights kept. */
  private static TrainingSpec resumable(int slots) {
    return resumable(slots, new Mode.Sync());
  }

  private static TrainingSpec resumable(int slots, Mode mode) {
    return resumable(slots, mode, new Compression.None());
  }

  private static TrainingSpec resumable(int slots, Mode mode, Compression compression) {
    Network network =
        new Network(
            Shape.of(28, 28, 1),
            List.of(
                new Flatten(),
                new Dense(64, new Relu(), new HeNormal()),
                new BatchNorm(),
                new Dropout(0.2),
                new Dense(10)));
    return new TrainingSpec(
        new Model(
            network, data.preprocessing(), new SoftmaxCrossEntropy(), "label", data.classes()),
        new Adam(0.003),
        null,
        Precision.FLOAT32,
        OnNonFinite.STOP,
        List.of(new MeanLoss(), new Accuracy()),
        42,
        128,
        8,
        new EarlyStopping("train.loss", 6, 10),
        new ReduceOnPlateau("train.loss", 0.5, 1, 0.5, 0, 0),
        5,
        mode,
        compression,
        Membership.of(slots, Duration.ofSeconds(20)));
  }

  /**
   * Cuts a training short after an epoch, the {@code first} or a later one, with a checkpoint to go
   * on from. These few rows are trained on faster than a file system writes: it may catch up after
   * each epoch.
   */
  private static TrainingListener cutsShortOnceSaved(CheckpointDirectory directory, int first) {
    return new TrainingListener() {
      @Override
      public void ended(EpochRecord epoch) {
        try {
          TimeUnit.MILLISECONDS.sleep(300);
          if (epoch.epoch() >= first && directory.newest(damaged -> {}) != null) {
            spark.sparkContext().cancelAllJobs();
          }
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  private static CheckpointDirectory checkpoints(Path temporary) throws IOException {
    return CheckpointDirectory.of(
        temporary.resolve("checkpoints").toUri().toString(),
        spark.sparkContext().hadoopConfiguration());
  }

  @Test
  void aTrainingThatWasCutShortGoesOnWithTheSameBitsOnAnyNumberOfSlots(@TempDir Path temporary)
      throws IOException, InterruptedException {
    Outcome whole = train(resumable(1), TrainingListener.NONE);
    CheckpointDirectory directory = checkpoints(temporary);
    TrainingListener cutsShort = cutsShortOnceSaved(directory, 4);
    assertThatThrownBy(
            () -> train(resumable(3), cutsShort, new Checkpointing(directory, 1, 0, 3, null)))
        .isInstanceOf(TrainingException.class);

    Checkpoint from = Objects.requireNonNull(directory.newest(damaged -> fail(damaged)));
    assertThat(from.history()).hasSizeBetween(1, 7);
    for (int slots : new int[] {1, 2, 3}) {
      Outcome resumed =
          train(
              resumable(slots), TrainingListener.NONE, new Checkpointing(directory, 9, 0, 3, from));
      assertThat(resumed).isEqualTo(whole);
    }
    assertThat(whole.metrics).as("stopped early, and went back").hasSize(7);
    assertThat(whole.rates).last().asInstanceOf(DOUBLE).isLessThan(0.003 / 8);
    assertThatThrownBy(
            () ->
                train(
                    spec(1, 3, new Adam(0.001), null),
                    TrainingListener.NONE,
                    new Checkpointing(directory, 9, 0, 3, from)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--resume: expects the training of the checkpoint, with ");
  }

  @Test
  void aTrainingThatWasCutShortWithinAnEpochGoesOnWithTheSameBits(@TempDir Path temporary)
      throws IOException, InterruptedException {
    for (Mode mode : List.of(new Mode.Sync(), new Mode.LocalSteps(4, 1, 0.3))) {
      Outcome whole = train(resumable(2, mode), TrainingListener.NONE);
      CheckpointDirectory directory = checkpoints(temporary.resolve(mode.toString()));
      Checkpointing often = new Checkpointing(directory, 99, 3, 2, null);
      TrainingListener cutsShort = cutsShortOnceSaved(directory, 0);
      assertThatThrownBy(() -> train(resumable(3, mode), cutsShort, often))
          .isInstanceOf(TrainingException.class);
      Checkpoint from = Objects.requireNonNull(directory.newest(damaged -> fail(damaged)));
      assertThat(from.place()).startsWith("in epoch ");
      assertThat(from.states()).isNotEmpty();

      for (int slots : new int[] {1, 3}) {
        Checkpointing resumed = new Checkpointing(directory, 99, 0, 2, from);
        assertThat(train(resumable(slots, mode), TrainingListener.NONE, resumed))
            .as("%s on %d slots", mode, slots)
            .isEqualTo(whole);
      }
    }
  }

  @Test
  void localStepsHaveTheSameBitsForAnyNumberOfSlotsAndWhenResumed(@TempDir Path temporary)
      throws IOException, InterruptedException {
    Mode mode = new Mode.LocalSteps(4, 1, 0.3);
    Outcome whole = train(resumable(1, mode), TrainingListener.NONE);
    Outcome two = train(resumable(2, mode), TrainingListener.NONE);
    CheckpointDirectory directory = checkpoints(temporary);
    TrainingListener cutsShort = cutsShortOnceSaved(directory, 3);
    assertThatThrownBy(
            () -> train(resumable(3, mode), cutsShort, new Checkpointing(directory, 1, 0, 3, null)))
        .isInstanceOf(TrainingException.class);
    Checkpoint from = Objects.requireNonNull(directory.newest(damaged -> fail(damaged)));
    Outcome resumed =
        train(
            resumable(2, mode), TrainingListener.NONE, new Checkpointing(directory, 9, 0, 3, from));

    assertThat(two).isEqualTo(whole);
    assertThat(resumed).isEqualTo(whole);
    assertThat(whole.metrics.get(4).get("validation.accuracy")).isGreaterThan(0.8);
    assertThat(whole.weights).isNotEqualTo(train(resumable(2), TrainingListener.NONE).weights);
  }

  @Test
  void gradientsThatAreNotWaitedForTrainAsWell() throws InterruptedException {
    for (Mode mode : List.of(new Mode.Async(), new Mode.BoundedStaleness(2))) {
      Outcome outcome = train(resumable(3, mode), TrainingListener.NONE);
      assertThat(outcome.metrics).as("%s", mode).hasSizeGreaterThan(2);
      assertThat(outcome.metrics.get(outcome.metrics.size() - 1).get("validation.accuracy"))
          .as("%s", mode)
          .isGreaterThan(0.8);
    }
  }

  @Test
  void compressedGradientsHaveTheSameBitsForAnyNumberOfSlots() throws InterruptedException {
    List<List<Double>> weights = new ArrayList<>();
    for (Compression compression :
        List.of(
            new Compression.None(),
            new Compression.Bfloat16(),
            new Compression.Float16(),
            new Compression.Int8(),
            new Compression.TopK(0.05))) {
      Outcome one = train(resumable(1, new Mode.Sync(), compression), TrainingListener.NONE);
      Outcome three = train(resumable(3, new Mode.Sync(), compression), TrainingListener.NONE);
      assertThat(three).as("%s", compression).isEqualTo(one);
      assertThat(one.metrics.get(one.metrics.size() - 1).get("validation.accuracy"))
          .as("%s", compression)
          .isGreaterThan(0.8);
      weights.add(one.weights);
    }
    assertThat(weights).doesNotHaveDuplicates();
  }

  @Test
  void theNormOfGradientsThatAreNotWaitedForCannotBeLimited() {
    assertThatThrownBy(
            () ->
                Specs.of(
                    new Sgd(0.1, 0, false), Clip.byNorm(1), 1, null, null, 2, new Mode.Async(), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.clip.norm: expects cluster.mode sync or local-steps, since the norm of all"
                + " gradients is not known where they are not waited for; limit their values"
                + " instead");
  }

  @Test
  void earlyStoppingEndsWithTheBestWeights() throws InterruptedException {
    Optimizer tooLarge = new Sgd(0.9, 0.9, false);
    Outcome stopped =
        train(
            spec(2, 30, tooLarge, new EarlyStopping("validation.loss", 2, 0)),
            TrainingListener.NONE);
    int best = stopped.metrics.size() - 2;
    Outcome asLong = train(spec(2, best, tooLarge, null), TrainingListener.NONE);

    assertThat(stopped.metrics.size()).isLessThan(30);
    assertThat(stopped.weights).isEqualTo(asLong.weights);
  }

  @Test
  void strangersAtAPortAreTurnedAwayAndDoNotDisturb() throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    TrainingListener stranger =
        new TrainingListener() {
          @Override
          public void begun(String members) {
            Matcher port = Pattern.compile("on 127.0.0.1:(\\d+) with").matcher(members);
            assertThat(port.find()).isTrue();
            for (String garbage :
                List.of(
                    "GET / HTTP/1.1\r\n\r\n", "\0\0\0\0\0\0\0\20garbage", "x".repeat(100_000))) {
              refused.addAndGet(knock(Integer.parseInt(port.group(1)), garbage) ? 1 : 0);
            }
          }
        };

    Outcome disturbed = train(spec(2, 2, new Adam(0.001), null), stranger);
    Outcome quiet = train(spec(2, 2, new Adam(0.001), null), TrainingListener.NONE);

    assertThat(refused).hasValue(3);
    assertThat(disturbed.weights).isEqualTo(quiet.weights);
  }

  /** Sends bytes to a port; returns whether the other side has ended the connection. */
  private static boolean knock(int port, String garbage) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(15_000);
      OutputStream out = socket.getOutputStream();
      out.write(garbage.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aGradientThatIsNotFiniteNamesItsParameter() {
    assertThatThrownBy(
            () -> train(spec(2, 3, new Sgd(1e30, 0, false), null), TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "epoch 1: step \\d+: the gradient of [13]/(kernel|bias) is not finite; lower the"
                + " learning rate or look for extreme values in the data, or skip such steps by"
                + " training.on-non-finite");
  }

  @Test
  void stepsThatAreSkippedOnAndOnEndTheTraining() {
    TrainingSpec diverges =
        Specs.with(
            spec(2, 5, new Sgd(1e30, 0, false), null),
            new Compression.None(),
            OnNonFinite.SKIP_STEP);
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void told(String line) {
            told.add(line);
          }
        };
    assertThatThrownBy(() -> train(diverges, listener))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "epoch \\d: the gradients of 50 steps in a row up to step \\d+ are not finite; lower the"
                + " learning rate or look for extreme values in the data");
    assertThat(told)
        .hasSize(5)
        .first(STRING)
        .matches("step \\d+ was skipped: the gradient of [13]/(kernel|bias) is not finite");
    assertThat(told).last(STRING).endsWith("; further ones are counted at the end");
  }

  @Test
  void metricsThatDoNotFitTheModelAreRefused() {
    assertRefused(
        List.of(new MeanLoss(), new R2()),
        "training.metrics: r2: expects a model that predicts a number, got one that predicts"
            + " classes");
    assertRefused(
        List.of(new TopK(10)),
        "training.metrics: top-k: expects k to be less than the number of classes, got k 10 and 10"
            + " classes");
    assertRefused(
        List.of(new F1(null), new F1(Average.MICRO)),
        "training.metrics: f1: expects to be measured in one way, got F1[average=null] and"
            + " F1[average=MICRO]");
  }

  private static void assertRefused(List<Metric> metrics, String message) {
    TrainingSpec asked = spec(1, 1, new Adam(0.001), null);
    assertThatThrownBy(
            () ->
                new TrainingSpec(
                    asked.model(),
                    asked.optimizer(),
                    null,
                    Precision.FLOAT32,
                    OnNonFinite.STOP,
                    metrics,
                    42,
                    128,
                    1,
                    null,
                    null,
                    5,
                    new Mode.Sync(),
                    new Compression.None(),
                    asked.membership()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void slotsThatDoNotComeAreAnError() {
    TrainingSpec asked = spec(4, 1, new Adam(0.001), null);
    TrainingSpec hasty =
        new TrainingSpec(
            asked.model(),
            asked.optimizer(),
            null,
            Precision.FLOAT32,
            OnNonFinite.STOP,
            asked.metrics(),
            42,
            128,
            1,
            null,
            null,
            5,
            new Mode.Sync(),
            new Compression.None(),
            new Membership(
                4, 4, Duration.ofSeconds(2), Duration.ofSeconds(20), OnStraggler.REPORT));

    assertThatThrownBy(() -> train(hasty, TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "training expects 4 compute slots within 2 s, got 3 from \\[executor driver on"
                + " 127.0.0.1:\\d+\\]; free cluster resources, lower cluster.slots or"
                + " cluster.min-slots, or raise cluster.start-timeout");
  }
}
