package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor is killed in the middle of training. */
@Tag("slow")
class LostExecutorIT {
  @TempDir private Path scratch;

  @Test
  void aKilledExecutorEndsTheTrainingWithItsName() throws Exception {
    Path output = scratch.resolve("run");
    Launcher.Run run =
        Launcher.start(
            scratch,
            List.of(
                "train",
                "conf/quickstart.yaml",
                "--master",
                "local-cluster[2,1,1024]",
                "--set",
                "training.epochs=100000",
                "--set",
                "data.train.rows=2000",
                "--set",
                "output=" + output));
    Awaitility.await().atMost(120, TimeUnit.SECONDS).until(() -> run.out().contains("epoch 2"));
    ProcessHandle executor =
        run.process()
            .descendants()
            .filter(p -> p.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
            .filter(p -> p.info().commandLine().orElse("").contains("--executor-id 1"))
            .findFirst()
            .orElseThrow();

    executor.destroyForcibly();
    Launcher.Result result = run.await(30);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).containsPattern("sparrow: .*epoch \\d+: lost executor 1 on .+: .*137");
    assertThat(Files.exists(output)).isFalse();
  }
}
