package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.spark.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same configuration on different clusters, executors in JVMs of their own. */
@Tag("slow")
class SameBitsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path scratch;

  private record Outcome(String sha256, List<Map<String, String>> metrics) {}

  @Test
  void weightsAndMetricsHaveTheSameBitsOnAnyCluster() throws Exception {
    Outcome one = train("local[1]");
    Outcome two = train("local[2]");
    Outcome separate = train("local-cluster[2,1,1024]");
    Outcome three = train("local-cluster[3,1,1024]");

    assertThat(one.sha256).matches("[0-9a-f]{64}");
    assertThat(one.metrics).hasSize(3);
    assertThat(List.of(two, separate, three)).containsOnly(one);
  }

  private Outcome train(String master) throws IOException, InterruptedException {
    Path output = scratch.resolve(master.replaceAll("\\W+", "-"));
    Launcher.Result result =
        Launcher.run(
            scratch,
            "train",
            "conf/quickstart.yaml",
            "--master",
            master,
            "--set",
            "data.train.rows=3000",
            "--set",
            "data.test.rows=500",
            "--set",
            "training.epochs=2",
            "--set",
            "output=" + output);
    assertThat(result.status()).as(result.toString()).isZero();
    JsonNode run = JSON.readTree(output.resolve("run.json").toFile());
    List<Map<String, String>> metrics = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      Map<String, String> values = new TreeMap<>();
      JSON.readTree(line)
          .properties()
          .forEach(
              each -> {
                if (each.getKey().matches("(train|validation|test)\\..*|epoch|step")) {
                  values.put(each.getKey(), each.getValue().toString());
                }
              });
      metrics.add(values);
    }
    return new Outcome(run.path("weights-sha256").asText(), metrics);
  }
}
