package io.sparrowml.examples.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Flatten;
import io.sparrowml.metric.Accuracy;
import io.sparrowml.model.Network;
import io.sparrowml.optimizer.Cosine;
import io.sparrowml.spark.cli.RunConfig;
import io.sparrowml.train.Descriptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds by the names of their classes, from a configuration and back. */
class OwnConfigurationTest {
  private static final Path CONFIGURATION = Path.of("own.yaml");

  private static RunConfig load(String... settings) throws IOException {
    return RunConfig.load(CONFIGURATION, List.of(settings), Map.of());
  }

  @Test
  void kindsAreNamedByTheirClasses() throws IOException {
    RunConfig config = load();

    assertThat(config.model().layers())
        .containsExactly(
            new Flatten(),
            new Dense(128, new Mish(), new HeNormal()),
            new Dense(64),
            new Swish(1.5),
            new Dense(10));
    assertThat(config.training().loss()).isEqualTo(new FocalLoss(2));
    assertThat(config.training().optimizer())
        .isEqualTo(new Lion(new Cosine(0.0005, 0, null), 0.9, 0.99, 0.01));
    assertThat(config.training().metrics()).containsExactly(new Accuracy(), new ReciprocalRank());
  }

  @Test
  void theEffectiveConfigurationIsTheSameOne(@TempDir Path directory) throws IOException {
    RunConfig config = load();
    Path written = Files.writeString(directory.resolve("config.yaml"), config.toYaml());

    assertThat(RunConfig.load(written, List.of(), Map.of())).isEqualTo(config);
  }

  @Test
  void theSavedNetworkIsTheSameOne() throws IOException {
    Network network = load().model();
    String json = Descriptions.MAPPER.writeJson(network);

    assertThat(json)
        .contains("\"activation\" : \"io.sparrowml.examples.own.Mish\"")
        .contains("\"io.sparrowml.examples.own.Swish\" : {");
    assertThat(Descriptions.MAPPER.readJson(json, Network.class)).isEqualTo(network);
  }

  @Test
  void wrongKeysAreRefusedAsThoseOfTheLibraryAre() {
    assertThatThrownBy(() -> load("training.loss.io.sparrowml.examples.own.FocalLoss.gamma=0.5"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.loss.io.sparrowml.examples.own.FocalLoss.gamma: expects a number of at least"
                + " 1, got 0.5");
    assertThatThrownBy(() -> load("model.layers[3].io.sparrowml.examples.own.Swish.begin=1"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "model.layers[3].io.sparrowml.examples.own.Swish: unknown key 'begin' (known: start)");
  }
}
