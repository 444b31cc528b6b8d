package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final EpochRecord EPOCH =
      new EpochRecord(1, 10, Map.of("train.loss", 0.5), 0.001, 1000, 2.5);

  @TempDir Path temporary;
  private Path place;

  @BeforeEach
  void setPlace() {
    place = temporary.resolve("runs").resolve("one");
  }

  private RunDirectory open() throws IOException {
    return new RunDirectory(place.toString(), false, new Configuration());
  }

  @Test
  void whatIsCompleteStandsInItsPlace() throws IOException {
    try (RunDirectory directory = open()) {
      directory.write("model/network.json", "{}");
      directory.append(EPOCH);
      directory.appendFinal(Map.of("test.accuracy", 0.75));
      directory.complete();
    }
    assertThat(place.resolve("metrics.jsonl"))
        .hasContent(
            """
            {"epoch":1,"step":10,"train.loss":0.5,"learning_rate":0.001,"samples_per_second":1000.0,"seconds":2.5}
            {"final":true,"test.accuracy":0.75}
            """);
    assertThat(place.resolve("model/network.json")).hasContent("{}");
    assertThat(temporary.resolve("runs").toFile().list()).containsExactly("one");
  }

  @Test
  void metricsCanBeReadAsTheyCome() throws IOException {
    try (RunDirectory directory = open()) {
      directory.append(EPOCH);
      assertThat(Files.readString(temporary.resolve("runs/one.incomplete/metrics.jsonl")))
          .startsWith("{\"epoch\":1,")
          .endsWith("}\n");
    }
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    try (RunDirectory directory = open()) {
      directory.write("config.yaml", "name: one");
    }
    assertThat(temporary.resolve("runs")).isEmptyDirectory();
  }

  @Test
  void whatAKilledRunLeftIsTakenAway() throws IOException {
    Files.createDirectories(temporary.resolve("runs/one.incomplete"));
    Files.writeString(temporary.resolve("runs/one.incomplete/config.yaml"), "name: old");
    try (RunDirectory directory = open()) {
      directory.complete();
    }
    assertThat(place.toFile().list()).containsExactly("metrics.jsonl");
  }

  @Test
  void anEmptyDirectoryIsNotInTheWay() throws IOException {
    Files.createDirectories(place);
    try (RunDirectory directory = open()) {
      directory.complete();
    }
    assertThat(place.resolve("metrics.jsonl")).exists();
  }

  @Test
  void whatStandsThereAlreadyIsLeftAlone() throws IOException {
    Files.createDirectories(place);
    Files.writeString(place.resolve("run.json"), "{}");
    assertThatThrownBy(this::open)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "output: expects a directory that does not exist yet, got '"
                + place
                + "', which does; remove it or choose another with --output");
    assertThat(place.resolve("run.json")).hasContent("{}");
  }
}
