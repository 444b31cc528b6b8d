package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.cluster.Checkpointing;
import io.sparrowml.spark.cluster.Membership;
import io.sparrowml.spark.cluster.Training;
import io.sparrowml.spark.cluster.TrainingException;
import io.sparrowml.spark.cluster.TrainingSpec;
import io.sparrowml.spark.ingest.EncodedRows;
import io.sparrowml.spark.ingest.Ingest;
import io.sparrowml.spark.ingest.Target;
import io.sparrowml.spark.ingest.TrainingData;
import io.sparrowml.spark.ml.Evaluation;
import io.sparrowml.spark.ml.SavedModel;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Trains what a configuration says: rows, training, evaluation, and the run directory. */
final class TrainCommand {
  private final RunConfig config;
  private final boolean profile;
  private final boolean resume;
  private final int terminalWidth;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * A training.
   *
   * @param profile whether to measure where the time goes, and tell at the end
   * @param resume whether to go on from the last checkpoint, where there is one
   * @param terminalWidth columns of the terminal on {@code err}, 0 where it is none
   * @param out is told of each epoch, and in its last line of the final metrics
   * @param err on which the progress bar is drawn
   */
  TrainCommand(
      RunConfig config,
      boolean profile,
      boolean resume,
      int terminalWidth,
      PrintStream out,
      PrintStream err) {
    this.config = config;
    this.profile = profile;
    this.resume = resume;
    this.terminalWidth = terminalWidth;
    this.out = out;
    this.err = err;
  }

  void run() throws IOException, InterruptedException {
    Instant started = Instant.now();
    if (resume && config.checkpoint() == null) {
      throw new ConfigException(
          "checkpoint: --resume expects it, got a configuration without; give checkpoint: {every: 1}");
    }
    // Asked for now, oneDNN loads while Spark starts.
    CompletableFuture<Versions> versions = CompletableFuture.supplyAsync(Versions::ofThisProcess);
    RunDirectory.check(config.output(), resume, SparkSessions.hadoop());
    try (JavaSparkContext spark = SparkSessions.context(config.name())) {
      Target target = config.training().loss().classifies() ? Target.CLASSES : Target.NUMBER;
      Ingest ingest =
          new Ingest(spark, () -> SparkSessions.open(config.name()), config.data(), target);
      TrainingData data = ingest.load(config.seed(), config.cluster().logicalWorkers());
      Model model =
          new Model(
              config.model(),
              data.preprocessing(),
              config.training().loss(),
              config.data().label(),
              data.classes(),
              data.target());
      EncodedRows test =
          config.data().test() == null ? null : ingest.encode(data.preprocessing(), data.classes());
      out.println(summary(data));
      Checkpointing checkpointing = checkpointing(spark.hadoopConfiguration());
      try (RunDirectory directory =
              new RunDirectory(config.output(), resume, spark.hadoopConfiguration());
          Arena arena = Arena.root("weights", Long.MAX_VALUE)) {
        directory.write("config.yaml", config.toYaml());
        Weights weights = weights(model, arena);
        Recorder recorder = new Recorder(directory, model, profile ? out : null);
        if (checkpointing != null && checkpointing.from() != null) {
          for (EpochRecord epoch : checkpointing.from().history()) {
            directory.append(epoch);
          }
        }
        EpochRecord kept = kept(train(spark, model, data, checkpointing, weights, recorder));
        SavedModel saved = SavedModel.of(model, weights);
        saved.save(directory.files(), directory.path("model"));
        Map<String, Double> metrics = evaluate(spark, saved, test, kept);
        directory.appendFinal(metrics);
        directory.write(
            "run.json",
            RunReport.of(
                    config,
                    versions.join(),
                    spark.sc(),
                    saved,
                    recorder.firstStepSeconds(),
                    started)
                .toJson());
        directory.complete();
        arena.closeAll();
        out.println(last(metrics));
      }
      data.unpersist();
    }
  }

  /** When to take checkpoints, and where to go on; null where neither is asked for. */
  private @Nullable Checkpointing checkpointing(Configuration hadoop) throws IOException {
    CheckpointConfig how = config.checkpoint();
    if (how == null) {
      return null;
    }
    CheckpointDirectory directory = RunDirectory.checkpoints(config.output(), hadoop);
    Checkpoint from = null;
    if (resume) {
      from = directory.newest(damaged -> err.println("passed over " + damaged));
      out.println(
          from == null
              ? "no checkpoint in " + directory.path() + ": beginning anew"
              : "going on from step %d, %s".formatted(from.step(), from.place()));
    }
    int everySteps = how.everySteps() == null ? 0 : how.everySteps();
    return new Checkpointing(directory, how.every(), everySteps, how.keep(), from);
  }

  private static String summary(TrainingData data) {
    return "%,d training rows, %,d validation rows, %,d inputs, %s"
        .formatted(
            data.train().total(),
            data.validation() == null ? 0 : data.validation().total(),
            data.width(),
            data.classes().isEmpty() ? "a number to predict" : data.classes().size() + " classes");
  }

  private static Weights weights(Model model, Arena arena) {
    Layout layout = Layout.of(model.network());
    return new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
  }

  private List<EpochRecord> train(
      JavaSparkContext spark,
      Model model,
      TrainingData data,
      @Nullable Checkpointing checkpointing,
      Weights weights,
      Recorder recorder)
      throws IOException, InterruptedException {
    TrainingConfig how = config.training();
    ClusterConfig where = config.cluster();
    int slots =
        where.slots() == null
            ? Math.min(where.logicalWorkers(), SparkSessions.slots(spark.sc()))
            : where.slots();
    TrainingSpec spec =
        new TrainingSpec(
            model,
            how.optimizer(),
            how.clip(),
            how.precision(),
            how.onNonFinite(),
            how.measured().metrics(),
            config.seed(),
            how.batchSize(),
            how.epochs(),
            how.earlyStopping(),
            how.reduceOnPlateau(),
            where.logicalWorkers(),
            where.mode(),
            where.compression(),
            new Membership(
                slots,
                Math.min(slots, where.minSlots()),
                where.startTimeout(),
                where.deadline(),
                where.onStraggler()));
    Training training =
        new Training(spark.sc(), spec, data.train(), data.validation(), checkpointing);
    try (Progress progress =
        new Progress(
            out,
            err,
            how.measured(),
            terminalWidth,
            how.epochs(),
            training.stepsPerEpoch(),
            data.train().total())) {
      recorder.shownBy(progress);
      List<EpochRecord> history = training.run(weights, recorder);
      recorder.check();
      return history;
    } catch (TrainingException e) {
      if (checkpointing != null && checkpointing.store().holdsAny()) {
        throw new TrainingException(e.getMessage() + "; --resume goes on from the last checkpoint");
      }
      throw e;
    }
  }

  /** The epoch whose weights training ended with: the last, or with early stopping the best. */
  private EpochRecord kept(List<EpochRecord> history) {
    EarlyStopping stopping = config.training().earlyStopping();
    if (stopping == null) {
      return history.get(history.size() - 1);
    }
    EpochRecord best = history.get(0);
    boolean ascends = stopping.ascends(config.training().measured());
    for (EpochRecord epoch : history) {
      if (stopping.improves(value(epoch, stopping), value(best, stopping), ascends)) {
        best = epoch;
      }
    }
    return best;
  }

  private static double value(EpochRecord epoch, EarlyStopping stopping) {
    return epoch.metrics().getOrDefault(stopping.metric(), Double.NaN);
  }

  private Map<String, Double> evaluate(
      JavaSparkContext spark, SavedModel saved, @Nullable EncodedRows test, EpochRecord kept) {
    Map<String, Double> metrics = new LinkedHashMap<>(kept.metrics());
    if (test != null) {
      Evaluation.of(spark, saved, test, config.training().measured().metrics())
          .forEach((name, value) -> metrics.put("test." + name, value));
    }
    return metrics;
  }

  private static String last(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> metric.getKey() + "=" + metric.getValue())
        .collect(Collectors.joining(" ", "final ", ""));
  }
}
