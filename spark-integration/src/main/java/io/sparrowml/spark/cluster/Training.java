package io.sparrowml.spark.cluster;

import io.sparrowml.data.MicroBatches;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.model.Weights;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.ingest.Causes;
import io.sparrowml.spark.ingest.Shards;
import io.sparrowml.spark.transport.Limits;
import io.sparrowml.spark.transport.Transport;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.EpochRecord;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on the executors of a Spark application.
 *
 * <p>It is an ordinary Spark job, one task a compute slot. The tasks register with the coordinator,
 * which this class runs on the driver, and exchange gradients and parameters among themselves.
 */
public final class Training {
  private static final int SECRET_BYTES = 32;
  private static final int LAST_WORDS_SECONDS = 2;
  private static final int SAVING_SECONDS = 60;

  private final SparkContext context;
  private final TrainingSpec spec;
  private final Shards train;
  private final @Nullable Shards validation;
  private final @Nullable Checkpointing checkpointing;

  /**
   * A training on packed rows.
   *
   * @param validation null where nothing is to be validated
   */
  public Training(
      SparkContext context, TrainingSpec spec, Shards train, @Nullable Shards validation) {
    this(context, spec, train, validation, null);
  }

  /**
   * A training on packed rows that is written down as it goes.
   *
   * @param validation null where nothing is to be validated
   * @param checkpointing when and where it is written down; null for not at all
   */
  public Training(
      SparkContext context,
      TrainingSpec spec,
      Shards train,
      @Nullable Shards validation,
      @Nullable Checkpointing checkpointing) {
    this.context = context;
    this.spec = spec;
    this.train = train;
    this.validation = validation;
    this.checkpointing = checkpointing;
  }

  /** How many steps an epoch has. */
  public int stepsPerEpoch() {
    return batches().steps();
  }

  private MicroBatches batches() {
    return new MicroBatches(train.total(), spec.batchSize());
  }

  /**
   * Trains, and returns when all executors are done.
   *
   * @param weights is given the final parameters: the last ones, or with early stopping the best
   * @return what is remembered of each epoch
   * @throws TrainingException with the first cause, when training cannot go on
   * @throws io.sparrowml.config.ConfigException when it is to go on from another training
   */
  public List<EpochRecord> run(Weights weights, TrainingListener listener)
      throws InterruptedException {
    List<Long> validationRows =
        validation == null ? train.rows().stream().map(rows -> 0L).toList() : validation.rows();
    Checkpoint from = checkpointing == null ? null : checkpointing.from();
    if (from != null) {
      from.check(spec.identity(), train.rows(), validationRows);
    }
    ExecutorService saving = Executors.newSingleThreadExecutor(Training::daemon);
    Coordinator coordinator =
        new Coordinator(
            spec,
            train.total(),
            Rounds.of(batches(), spec.mode()),
            cuts(weights).ranges(),
            weights.flat(),
            new Saves(
                checkpointing,
                spec.identity(),
                train.rows(),
                validationRows,
                listener,
                saving,
                Rounds.of(batches(), spec.mode())),
            listener,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    String secret = secret();
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    LossListener losses = new LossListener(coordinator);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Training::daemon);
    try (Arena arena = Arena.root("coordinator", Long.MAX_VALUE);
        Transport transport =
            Transport.open(
                context.conf(),
                secret,
                host,
                coordinator,
                Bodies.of(new Pool(arena, longest(weights))),
                Limits.ofBody(longest(weights)))) {
      context.addSparkListener(losses);
      ScheduledFuture<?> ticks =
          clock.scheduleAtFixedRate(coordinator::tick, 1, 1, TimeUnit.SECONDS);
      TrainingJob job = job(secret, transport, validationRows, listener.profiles());
      Thread tasks = start(job, coordinator);
      try {
        return coordinator.result().join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof TrainingException cause ? cause : e;
      } finally {
        ticks.cancel(false);
        end(job.id(), tasks);
      }
    } finally {
      clock.shutdownNow();
      context.removeSparkListener(losses);
      saving.shutdown();
      saving.awaitTermination(SAVING_SECONDS, TimeUnit.SECONDS);
    }
  }

  private TrainingJob job(
      String secret, Transport transport, List<Long> validationRows, boolean profiled) {
    return new TrainingJob(
        UUID.randomUUID().toString(),
        secret,
        transport.address().host(),
        transport.address().port(),
        Descriptions.MAPPER.writeJson(spec),
        train.format(),
        train.rows(),
        validationRows,
        profiled,
        storage());
  }

  private @Nullable Storage storage() {
    return checkpointing == null
        ? null
        : new Storage(
            checkpointing.store().path(),
            new SerializableConfiguration(context.hadoopConfiguration()),
            checkpointing.everySteps());
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sparrow-coordinator");
    thread.setDaemon(true);
    return thread;
  }

  private static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private Cuts cuts(Weights weights) {
    return Cuts.of(weights.layout(), ServerUpdate.of(spec, weights.layout()));
  }

  /** The largest message with numbers, in bytes. */
  private long longest(Weights weights) {
    return (long) cuts(weights).longest() * Float.BYTES;
  }

  /** Runs the Spark job on a thread of its own; if it fails, so does the training. */
  private Thread start(TrainingJob job, Coordinator coordinator) {
    RDD<Boolean> tasks =
        new TrainingRdd(
            context,
            job,
            spec.membership().slots(),
            train.chunks().rdd(),
            (validation == null ? train : validation).chunks().rdd(),
            hosts());
    Thread thread =
        daemon(
            () -> {
              try {
                context.setJobGroup(job.id(), "Sparrow training", true);
                tasks.toJavaRDD().count();
                awaitLastWords(coordinator);
                coordinator.fail("all tasks of the training have ended before it was done");
              } catch (Throwable e) {
                coordinator.fail(
                    "the Spark job of the training failed: " + Causes.root(e).getMessage());
              }
            });
    thread.setName("sparrow-training");
    thread.start();
    return thread;
  }

  /** What a task told the coordinator before it ended may still be on its way. */
  private static void awaitLastWords(Coordinator coordinator) {
    coordinator
        .result()
        .handle((history, problem) -> true)
        .completeOnTimeout(true, LAST_WORDS_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private List<String> hosts() {
    return Arrays.stream(context.statusTracker().getExecutorInfos())
        .map(info -> info.host())
        .distinct()
        .toList();
  }

  /** The tasks end by themselves when the coordinator tells them; what hangs is cancelled. */
  private void end(String id, Thread tasks) throws InterruptedException {
    tasks.join(TimeUnit.SECONDS.toMillis(2));
    if (tasks.isAlive()) {
      context.cancelJobGroup(id);
      tasks.join(TimeUnit.SECONDS.toMillis(10));
    }
  }

  /** Tells the coordinator which executors Spark has lost, and why. */
  private static final class LossListener extends SparkListener {
    private final Coordinator coordinator;

    LossListener(Coordinator coordinator) {
      this.coordinator = coordinator;
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      coordinator.executorLost(removed.executorId(), removed.reason());
    }
  }
}
