package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run directory and its checkpoints are on a file system that is not the machine's own. */
@Tag("slow")
class HdfsIT {
  @TempDir private Path scratch;
  private MiniDFSCluster hdfs;
  private FileSystem files;

  @BeforeEach
  void open() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, scratch.resolve("hdfs").toString());
    hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    files = hdfs.getFileSystem();
  }

  @AfterEach
  void close() {
    hdfs.shutdown();
  }

  private List<String> settings(String name, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of("--set", "checkpoint.every=1", "--output", files.getUri() + "/runs/" + name));
    settings.addAll(List.of(more));
    return settings;
  }

  private String sha256(String name) throws IOException {
    try (InputStream in = files.open(path(name + "/run.json"))) {
      return new ObjectMapper().readTree(in).path("weights-sha256").asText();
    }
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("/runs/" + name);
  }

  @Test
  void aTrainingIsWrittenToHdfsAndGoesOnFromThere() throws Exception {
    Trainings trainings = new Trainings(scratch);
    Launcher.Result whole = trainings.start("whole", "local[2]", settings("whole")).await(240);
    assertThat(whole.status()).as(whole.toString()).isZero();
    assertThat(files.exists(path("whole/checkpoints"))).isFalse();

    Launcher.Run cut = trainings.start("cut", "local-cluster[2,1,1024]", settings("cut"));
    Trainings.awaitEpoch(5, cut);
    cut.kill();
    assertThat(files.exists(path("cut"))).isFalse();
    assertThat(files.listStatus(path("cut.incomplete/checkpoints"))).isNotEmpty();

    Launcher.Result resumed =
        trainings.start("cut", "local-cluster[3,1,1024]", settings("cut", "--resume")).await(240);
    assertThat(resumed.status()).as(resumed.toString()).isZero();
    assertThat(resumed.out()).containsPattern("going on from step \\d+, the end of epoch \\d+\n");
    assertThat(sha256("cut")).matches("[0-9a-f]{64}").isEqualTo(sha256("whole"));

    Launcher.Result described = Launcher.run(scratch, "describe", files.getUri() + "/runs/cut");
    assertThat(described.status()).as(described.toString()).isZero();
  }
}
