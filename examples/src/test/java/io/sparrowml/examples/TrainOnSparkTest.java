package io.sparrowml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TrainOnSparkTest {
  @Test
  void theSavedModelRecognizesDigitsThatItHasNotSeen(@TempDir Path directory)
      throws IOException, InterruptedException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("test")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      Path model = directory.resolve("model");

      Map<String, Double> metrics =
          TrainOnSpark.train(spark, new org.apache.hadoop.fs.Path(model.toUri()));

      assertThat(metrics.get("accuracy")).isGreaterThan(0.9);
      assertThat(model).isDirectoryContaining(file -> file.endsWith("weights.safetensors"));
    }
  }
}
