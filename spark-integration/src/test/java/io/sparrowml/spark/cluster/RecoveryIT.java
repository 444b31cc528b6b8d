package io.sparrowml.spark.cluster;

import static io.sparrowml.spark.cluster.Trainings.awaitEpoch;
import static io.sparrowml.spark.cluster.Trainings.executor;
import static io.sparrowml.spark.cluster.Trainings.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors are killed, stopped and added in the middle of trainings, in JVMs of their own. */
@Tag("slow")
class RecoveryIT {
  private static final String MOMENTUM = "{sgd: {learning-rate: 0.02, momentum: 0.9}}";
  private static final String ADAM = "{adam: {learning-rate: 0.001}}";

  @TempDir private Path scratch;

  private Launcher.Run start(String name, String optimizer, String master, String... more)
      throws IOException {
    List<String> settings = new ArrayList<>(List.of("--set", "training.optimizer=" + optimizer));
    if (optimizer.equals(MOMENTUM)) {
      settings.addAll(List.of("--set", "training.clip={norm: 1}"));
    }
    settings.addAll(List.of(more));
    return new Trainings(scratch).start(name, master, settings);
  }

  private String sha256(String name, Launcher.Run run) throws Exception {
    return new Trainings(scratch).sha256(name, run);
  }

  @Test
  void killedExecutorsAndThoseThatReplaceThemChangeNothing() throws Exception {
    String undisturbed = sha256("whole", start("whole", ADAM, "local[2]"));
    Launcher.Run run = start("killed", ADAM, "local-cluster[3,1,1024]");
    awaitEpoch(2, run);
    executor(run, 1).destroyForcibly();
    awaitEpoch(9, run);
    executor(run, 2).destroyForcibly();

    assertThat(sha256("killed", run)).matches("[0-9a-f]{64}").isEqualTo(undisturbed);
    assertThat(run.errors())
        .containsPattern("sparrow: lost executor 1 on .+: .*137")
        .containsPattern("sparrow: lost executor 2 on .+: .*137");
  }

  @Test
  void aLostRoundOfLocalStepsIsDoneOnceMore() throws Exception {
    String[] mode = {"--set", "cluster.mode={local-steps: {steps: 5}}"};
    String undisturbed = sha256("whole", start("whole", MOMENTUM, "local[2]", mode));
    Launcher.Run run = start("killed", MOMENTUM, "local-cluster[3,1,1024]", mode);
    awaitEpoch(2, run);
    executor(run, 0).destroyForcibly();

    assertThat(sha256("killed", run)).isEqualTo(undisturbed);
    assertThat(run.errors()).containsPattern("sparrow: lost executor 0 on .+: .*137");
  }

  @Test
  void withoutWaitingForGradientsTrainingGoesOnToo() throws Exception {
    String[] mode = {"--set", "cluster.mode={bounded-staleness: {steps: 2}}"};
    Launcher.Run run = start("stale", ADAM, "local-cluster[3,1,1024]", mode);
    awaitEpoch(2, run);
    executor(run, 1).destroyForcibly();

    assertThat(sha256("stale", run)).matches("[0-9a-f]{64}");
    assertThat(run.errors())
        .containsPattern("sparrow: lost executor 1 on .+: .*137")
        .contains("sparrow: training goes on, on ");
    assertThat(accuracy(run)).isGreaterThan(0.9);
  }

  private static double accuracy(Launcher.Run run) throws IOException {
    Matcher last = Pattern.compile("validation.accuracy=([0-9.]+)").matcher(run.out());
    assertThat(last.find()).as(run.out()).isTrue();
    return Double.parseDouble(last.group(1));
  }

  @Test
  void anExecutorThatIsStoppedIsDoneWithoutAndComesBack() throws Exception {
    String undisturbed = sha256("whole", start("whole", MOMENTUM, "local[1]"));
    Launcher.Run run = start("stopped", MOMENTUM, "local-cluster[2,1,1024]");
    awaitEpoch(2, run);
    ProcessHandle stopped = executor(run, 0);
    signal("STOP", stopped);
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> run.errors().contains("no sign of life for"));
    signal("CONT", stopped);

    assertThat(sha256("stopped", run)).isEqualTo(undisturbed);
  }

  @Test
  void whereAllExecutorsAreLostTrainingGoesOnFromTheLastCheckpoint() throws Exception {
    String undisturbed = sha256("whole", start("whole", ADAM, "local[2]"));
    Launcher.Run run =
        start("lost", ADAM, "local-cluster[1,1,1024]", "--set", "checkpoint.every=1");
    awaitEpoch(4, run);
    executor(run, 0).destroyForcibly();

    assertThat(sha256("lost", run)).isEqualTo(undisturbed);
    assertThat(run.errors())
        .containsPattern(
            "sparrow: all copies of a part of the parameters are lost: training goes on from the"
                + " checkpoint of step \\d+, the end of epoch \\d+\n");
  }

  @Test
  void underDynamicAllocationTrainingGrows() throws Exception {
    // long enough for Spark to start the second executor meanwhile
    String epochs = "training.epochs=150";
    String patience = "training.early-stopping.patience=150";
    Launcher.Run alone = start("whole", ADAM, "local[2]", "--set", epochs, "--set", patience);
    String undisturbed = sha256("whole", alone);
    Launcher.Run run =
        start(
            "grown",
            ADAM,
            "local-cluster[2,1,1024]",
            "--set",
            epochs,
            "--set",
            patience,
            "--set",
            "cluster.slots=2",
            "--set",
            "cluster.start-timeout=5s",
            "--conf",
            "spark.dynamicAllocation.enabled=true",
            "--conf",
            "spark.dynamicAllocation.shuffleTracking.enabled=true",
            "--conf",
            "spark.dynamicAllocation.initialExecutors=1",
            "--conf",
            "spark.dynamicAllocation.minExecutors=1",
            "--conf",
            "spark.dynamicAllocation.maxExecutors=2",
            "--conf",
            "spark.dynamicAllocation.schedulerBacklogTimeout=12s");

    assertThat(sha256("grown", run)).isEqualTo(undisturbed);
    assertThat(run.out()).containsPattern("training on executor 0 on \\S+ with 1 slots\n");
    assertThat(run.errors())
        .containsPattern(
            "sparrow: training goes on, on executor 0 on \\S+ with 1 slots, executor 1 on");
  }
}
