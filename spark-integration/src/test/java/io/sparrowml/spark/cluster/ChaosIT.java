package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Anything happens to real trainings, in JVMs of their own and at any moment: {@code ./mvnw verify
 * -Pchaos}. What happens follows from a seed, when it meets the training does not.
 */
@Tag("chaos")
class ChaosIT {
  private static final int DISTURBANCES = 5;
  private static final List<String> LONG =
      List.of("--set", "training.epochs=200", "--set", "training.early-stopping.patience=200");

  @TempDir private Path scratch;
  private final List<String> log = new ArrayList<>();

  static LongStream seeds() {
    long first = Long.getLong("sparrow.seed", 0);
    return LongStream.range(first, first + Long.getLong("sparrow.seeds", 6));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverHappensTheBitsAreTheSame(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Trainings trainings = new Trainings(scratch);
    List<String> settings = settings(random);
    String undisturbed = trainings.sha256("whole", trainings.start("whole", "local[2]", settings));

    Launcher.Run run = trainings.start("disturbed", cluster(random), settings);
    try {
      for (int i = 0; i < DISTURBANCES; i++) {
        Launcher.Run present = run;
        Awaitility.await()
            .atMost(120, TimeUnit.SECONDS)
            .until(() -> present.out().contains("epoch ") || !present.process().isAlive());
        TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(5000));
        if (present.process().isAlive()) {
          run = disturb(present, random, trainings, settings);
        }
      }
      assertThat(log).as("what has happened").isNotEmpty();
      assertThat(trainings.sha256("disturbed", run)).isEqualTo(undisturbed);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "seed %d, %s, %s:\n%s".formatted(seed, settings, log, run.errors()), e);
    } finally {
      run.kill();
    }
  }

  private static List<String> settings(SplittableRandom random) {
    String[] optimizers = {
      "{adam: {learning-rate: 0.001}}", "{sgd: {learning-rate: 0.02, momentum: 0.9}}"
    };
    String[] modes = {"sync", "sync", "{local-steps: {steps: 5}}"};
    String[] compressions = {"none", "none", "bfloat16"};
    String[] stragglers = {"report", "rehost"};
    List<String> settings = new ArrayList<>(LONG);
    for (String each :
        List.of(
            "training.optimizer=" + optimizers[random.nextInt(optimizers.length)],
            "training.clip={norm: 1}",
            "cluster.mode=" + modes[random.nextInt(modes.length)],
            "cluster.compression=" + compressions[random.nextInt(compressions.length)],
            "cluster.on-straggler=" + stragglers[random.nextInt(stragglers.length)],
            "checkpoint.every=" + (1 + random.nextInt(3)),
            "checkpoint.every-steps=" + (3 + random.nextInt(20)))) {
      settings.addAll(List.of("--set", each));
    }
    for (String each :
        List.of("spark.task.maxFailures=100", "spark.deploy.maxExecutorRetries=-1")) {
      settings.addAll(List.of("--conf", each));
    }
    return settings;
  }

  private static String cluster(SplittableRandom random) {
    return "local-cluster[%d,1,1024]".formatted(1 + random.nextInt(3));
  }

  /** Lets something happen; returns the run that goes on. */
  private Launcher.Run disturb(
      Launcher.Run run, SplittableRandom random, Trainings trainings, List<String> settings)
      throws IOException, InterruptedException {
    List<ProcessHandle> executors = Trainings.executors(run);
    int what = random.nextInt(8);
    if (what < 2) {
      return killDriver(run, random, trainings, settings);
    }
    if (executors.isEmpty()) {
      return run;
    }
    ProcessHandle victim = executors.get(random.nextInt(executors.size()));
    if (what < 5) {
      log.add("an executor is killed");
      victim.destroyForcibly();
    } else if (what == 5) {
      log.add("all executors are killed");
      executors.forEach(ProcessHandle::destroyForcibly);
    } else {
      int millis = random.nextBoolean() ? 8_000 : 1_500;
      log.add("an executor is stopped for %d ms".formatted(millis));
      signal("STOP", victim);
      TimeUnit.MILLISECONDS.sleep(millis);
      signal("CONT", victim);
    }
    return run;
  }

  /** Sends a signal; who has gone meanwhile gets none. */
  private static void signal(String name, ProcessHandle to)
      throws IOException, InterruptedException {
    if (to.isAlive()) {
      Trainings.signal(name, to);
    }
  }

  /** Executors find out by themselves, or are gone too. */
  private Launcher.Run killDriver(
      Launcher.Run run, SplittableRandom random, Trainings trainings, List<String> settings)
      throws IOException, InterruptedException {
    List<ProcessHandle> executors = Trainings.executors(run);
    log.add("the driver is killed");
    run.process()
        .descendants()
        .filter(each -> !executors.contains(each))
        .forEach(ProcessHandle::destroyForcibly);
    run.process().destroyForcibly();
    run.process().waitFor();
    if (random.nextBoolean()) {
      executors.forEach(ProcessHandle::destroyForcibly);
    }
    if (random.nextBoolean()) {
      damageNewest(scratch.resolve("disturbed.incomplete/checkpoints"), random);
    }
    String cluster = cluster(random);
    log.add("resumed on " + cluster);
    List<String> more = new ArrayList<>(settings);
    more.add("--resume");
    return trainings.start("disturbed", cluster, more);
  }

  /** Flips a bit of a file of the newest checkpoint, or cuts it short. */
  private void damageNewest(Path checkpoints, SplittableRandom random) throws IOException {
    List<Path> whole = whole(checkpoints);
    if (whole.isEmpty()) {
      return;
    }
    List<Path> files = list(whole.get(whole.size() - 1));
    Path file = files.get(random.nextInt(files.size()));
    log.add("damages " + checkpoints.relativize(file));
    byte[] bytes = Files.readAllBytes(file);
    int place = random.nextInt(bytes.length);
    if (random.nextBoolean()) {
      bytes[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
    } else {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(place);
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted(Comparator.comparing(Path::getFileName)).toList();
    }
  }

  /** The complete checkpoints, the oldest first. */
  private static List<Path> whole(Path checkpoints) throws IOException {
    return list(checkpoints).stream()
        .filter(each -> Files.exists(each.resolve("manifest")))
        .sorted(
            Comparator.comparingLong(
                (Path each) -> each.resolve("manifest").toFile().lastModified()))
        .toList();
  }

  @Test
  void aSlowExecutorIsToldOfAndOthersTakeOverItsWork() throws Exception {
    Trainings trainings = new Trainings(scratch);
    String undisturbed = trainings.sha256("whole", trainings.start("whole", "local[2]", LONG));
    List<String> settings = new ArrayList<>(LONG);
    settings.addAll(List.of("--set", "cluster.on-straggler=rehost"));
    Launcher.Run run = trainings.start("slow", "local-cluster[2,1,1024]", settings);
    Trainings.awaitEpoch(2, run);
    ProcessHandle slow = Trainings.executor(run, 1);
    while (!run.errors().contains("training goes on") && run.process().isAlive()) {
      signal("STOP", slow); // most of the time, but never for long
      TimeUnit.MILLISECONDS.sleep(80);
      signal("CONT", slow);
      TimeUnit.MILLISECONDS.sleep(20);
    }

    assertThat(trainings.sha256("slow", run)).isEqualTo(undisturbed);
    assertThat(run.errors())
        .containsPattern("sparrow: executor 1 on \\S+ is slow: it needs [0-9.]+ times as long")
        .containsPattern("sparrow: training goes on, on executor 0");
  }

  @Test
  void ofADamagedCheckpointTheOneBeforeIsTaken() throws Exception {
    Trainings trainings = new Trainings(scratch);
    List<String> settings = List.of("--set", "checkpoint.every=1");
    String undisturbed = trainings.sha256("whole", trainings.start("whole", "local[2]", settings));
    Launcher.Run run = trainings.start("cut", "local-cluster[2,1,1024]", settings);
    Trainings.awaitEpoch(5, run);
    run.kill();
    damageNewest(scratch.resolve("cut.incomplete/checkpoints"), new SplittableRandom(1));

    Launcher.Run resumed =
        trainings.start(
            "cut", "local-cluster[3,1,1024]", List.of("--set", "checkpoint.every=1", "--resume"));

    assertThat(trainings.sha256("cut", resumed)).isEqualTo(undisturbed);
    assertThat(resumed.errors()).contains("passed over");
    assertThat(resumed.out()).containsPattern("going on from step \\d+, the end of epoch \\d+\n");
  }

  /** In a file system of its own, with room for a model and not for a checkpoint. */
  @Test
  void aFullDiskIsToldAndTrainingGoesOn() throws Exception {
    Path small = Files.createDirectory(scratch.resolve("small"));
    String mount = "mount -t tmpfs -o size=160k tmpfs '%s'".formatted(small);
    List<String> alone = List.of("unshare", "--map-root-user", "--mount", "sh", "-c");
    List<String> trial = new ArrayList<>(alone);
    trial.add(mount);
    assumeTrue(
        new ProcessBuilder(trial).start().waitFor() == 0,
        "unshare and mount, to fill a disk, are not allowed here");
    List<String> mounted = new ArrayList<>(alone);
    mounted.add(
        "%s && \"$@\" && cp -r '%s/full' '%s'".formatted(mount, small, scratch.resolve("full")));
    mounted.add("sh");
    Trainings trainings = new Trainings(scratch);
    String undisturbed = trainings.sha256("whole", trainings.start("whole", "local[2]", List.of()));

    Launcher.Run run =
        trainings.start(
            mounted,
            "full",
            "local-cluster[2,1,1024]",
            List.of("--set", "checkpoint.every=1", "--set", "output=" + small.resolve("full")));

    assertThat(trainings.sha256("full", run)).isEqualTo(undisturbed);
    assertThat(run.errors())
        .containsPattern("sparrow: no checkpoint of step \\d+: .*No space left on device");
  }
}
