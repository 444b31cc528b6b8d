package io.sparrowml.spark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Elu;
import io.sparrowml.layer.LeakyRelu;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Cosine;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.WarmUp;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Compression;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnStraggler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunConfigTest {
  private static final String SMALL =
      """
      name: small
      data:
        format: synthetic-digits
        train: {rows: 100}
      model:
        input: [28, 28, 1]
        layers:
          - flatten
          - dense: {units: 10}
      training:
        loss: softmax-cross-entropy
        epochs: 3
      output: ${OUT:-runs}/small
      """;

  private static RunConfig parse(String... settings) {
    return RunConfig.parse(SMALL, "small.yaml", Arrays.asList(settings), Map.of());
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    RunConfig config = parse();
    assertThat(config.seed()).isZero();
    assertThat(config.training().optimizer()).isEqualTo(new Adam(0.001));
    assertThat(config.training().batchSize()).isEqualTo(256);
    assertThat(config.cluster())
        .isEqualTo(
            new ClusterConfig(
                8,
                new Mode.Sync(),
                new Compression.None(),
                null,
                1,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                OnStraggler.REPORT));
    assertThat(config.model().input()).isEqualTo(Shape.of(28, 28, 1));
    assertThat(config.output()).isEqualTo("runs/small");
  }

  @Test
  void checkpointsWithinEpochsWantAStepAtWhichAllStand() {
    assertThatThrownBy(() -> parse("checkpoint={every-steps: 5}", "cluster.mode=async"))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "checkpoint.every-steps: expects cluster.mode sync or local-steps, since others have no"
                + " step at which all workers stand; leave it out for checkpoints at the ends of"
                + " epochs");
    assertThatThrownBy(() -> parse("checkpoint={every-steps: 5}", "cluster.compression=int8"))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith(
            "checkpoint.every-steps: expects a cluster.compression that keeps nothing back, since a"
                + " checkpoint does not hold what is kept back; leave it out for checkpoints at the"
                + " ends of epochs");
    assertThatThrownBy(() -> parse("checkpoint={every-steps: 0}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("checkpoint.every-steps: expects at least 1, got 0");
  }

  @Test
  void settingsOverrideKeysOfAnyDepth() {
    RunConfig config =
        parse(
            "training.epochs=7",
            "training.optimizer.adam.learning-rate=1e-2",
            "cluster.slots=2",
            "model.layers[1].dense.units=64",
            "data.train={rows: 5000}",
            "output=a=b");
    assertThat(config.training().epochs()).isEqualTo(7);
    assertThat(config.training().optimizer()).isEqualTo(new Adam(0.01));
    assertThat(config.cluster().slots()).isEqualTo(2);
    assertThat(config.model().output()).isEqualTo(Shape.of(64));
    assertThat(config.data().train().rows()).isEqualTo(5000);
    assertThat(config.output()).isEqualTo("a=b");
  }

  @Test
  void aSettingMayOpenABareName() {
    RunConfig config = parse("training.optimizer=sgd", "training.optimizer.sgd.learning-rate=0.5");
    assertThat(((Sgd) config.training().optimizer()).learningRate()).isEqualTo(new Constant(0.5));
  }

  @Test
  void aSettingMayNameAClassThatIsThere() {
    String sgd = "io.sparrowml.optimizer.Sgd";
    String given = "training.optimizer={" + sgd + ": {learning-rate: 0.1}}";
    String bare = "model.layers[0]=io.sparrowml.layer.LeakyRelu";
    RunConfig config =
        parse(
            given,
            "training.optimizer." + sgd + ".learning-rate=0.5",
            "training.optimizer." + sgd + ".momentum=0.9",
            bare,
            "model.layers[0].io.sparrowml.layer.LeakyRelu.slope=0.2",
            "model.layers[1].dense.activation=io.sparrowml.layer.Elu",
            "model.layers[1].dense.activation.io.sparrowml.layer.Elu.alpha=2");
    assertThat(config.training().optimizer()).isEqualTo(new Sgd(0.5, 0.9, false));
    assertThat(config.model().layers().get(0)).isEqualTo(new LeakyRelu(0.2));
    assertThat(((Dense) config.model().layers().get(1)).activation()).isEqualTo(new Elu(2));
  }

  @Test
  void aLearningRateMayBeASchedule() {
    RunConfig config =
        parse(
            "training.optimizer.adam.learning-rate={warm-up: {steps: 5, then: {cosine: {from:"
                + " 0.1}}}}");
    assertThat(config.training().optimizer().learningRate())
        .isEqualTo(new WarmUp(5, new Cosine(0.1, 0, null)));
    assertThat(config.toYaml()).contains("then:\n            cosine:\n              from: 0.1\n");
  }

  @Test
  void aGradientMayBeLimited() {
    assertThat(parse().training().clip()).isNull();
    assertThat(parse("training.clip={norm: 1}").training().clip()).isEqualTo(Clip.byNorm(1));
    assertThat(parse("training.clip={value: 0.5}").training().clip()).isEqualTo(Clip.byValue(0.5));
  }

  @Test
  void aLayerMayHaveARegularizer() {
    assertThat(parse("model.layers[1].dense.regularizer={l2: {rate: 0.01}}").toYaml())
        .containsPattern("regularizer:\\s+l2:\\s+rate: 0.01\n");
  }

  @Test
  void anEmptySettingTakesAKeyAway() {
    assertThat(parse("training.epochs=").training().epochs()).isEqualTo(10);
  }

  @Test
  void variablesComeFromTheEnvironment() {
    assertThat(
            RunConfig.parse(
                SMALL, "small.yaml", List.of("training.epochs=${N}"), Map.of("OUT", "x", "N", "4")))
        .extracting(RunConfig::output, config -> config.training().epochs())
        .containsExactly("x/small", 4);
  }

  @Test
  void theEffectiveConfigurationReadsBack() {
    RunConfig config =
        parse(
            "data.validation=0.1",
            "training.early-stopping={patience: 2, metric: validation.f1.3}",
            "training.metrics=[f1, {recall: {average: weighted}}, {top-k: {k: 3}}, auc]",
            "data.missing=['', '?', 'true']");
    assertThat(RunConfig.parse(config.toYaml(), "effective", List.of(), Map.of()).toYaml())
        .isEqualTo(config.toYaml());
    assertThat(config.toYaml()).contains("  optimizer:\n    adam:\n      learning-rate: 0.001\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "training.optimizer.adam.learning-rte=1 | training.optimizer.adam: unknown key"
            + " 'learning-rte', did you mean 'learning-rate'? (known: learning-rate, beta1, beta2,"
            + " epsilon)",
        "training.epochs=five | training.epochs: expects a whole number, got 'five'",
        "training.epochs=0 | training.epochs: expects at least 1, got 0",
        "model.input= | model.input: is required",
        "model.layers[1].dense.units=0 | model.layers[1].dense.units: expects at least 1, got 0",
        "training.batch-size=4 | training.batch-size: expects at least 1 for each of the 8 logical"
            + " workers, got 4; raise it or lower cluster.logical-workers",
        "training.early-stopping={} | training.early-stopping.metric: expects one of train.loss,"
            + " got 'validation.loss'; give data.validation",
        "training.early-stopping.metric=train.los | training.early-stopping.metric: expects one of"
            + " train.loss, got 'train.los'",
        "training.reduce-on-plateau={} | training.reduce-on-plateau.metric: expects one of"
            + " train.loss, got 'validation.loss'; give data.validation",
        "training.clip={} | training.clip: expects either value or norm",
        "training.clip={norm: 0} | training.clip.norm: expects a number above 0, got 0.0",
        "training.optimizer.adam.learning-rate=-1 | training.optimizer.adam.learning-rate: expects"
            + " a learning rate above 0, got -1.0",
        "training.metrics=[loss, r2] | training.metrics: r2: expects a model that predicts a"
            + " number, got one that predicts classes",
        "training.metrics={top-k: {k: 10}} | training.metrics: top-k: expects k to be less than the"
            + " number of classes, got k 10 and 10 classes",
        "training.metrics=[f1, {f1: {average: micro}}] | training.metrics: f1: expects to be"
            + " measured in one way, got F1[average=null] and F1[average=MICRO]",
        "training.metrics={f1: {average: mean}} | training.metrics.f1.average: expects one of"
            + " binary, macro, micro, weighted, got 'mean'",
        "cluster.mode=asynchronous | cluster.mode: unknown mode 'asynchronous' (known: sync,"
            + " local-steps, bounded-staleness, async)",
        "cluster.mode={local-steps: {steps: 1}} | cluster.mode.local-steps.steps: expects at least"
            + " 2, got 1; with one step the mode is sync",
        "cluster.mode={local-steps: {steps: 8, outer-momentum: 1}} |"
            + " cluster.mode.local-steps.outer-momentum: expects a number in [0, 1), got 1.0",
        "cluster.mode=bounded-staleness | cluster.mode.bounded-staleness.steps: is required",
        "cluster.mode={bounded-staleness: {steps: 0}} | cluster.mode.bounded-staleness.steps:"
            + " expects at least 1, got 0; without any the mode is sync",
        "cluster.deadline=0s | cluster.deadline: expects more than no time, got 0s",
        "data.format=idx | data.train: expects {images: PATH, labels: PATH} for the format idx, got"
            + " {rows=100}",
        "checkpoint.every=0 | checkpoint.every: expects at least 1, got 0",
        "checkpoint={keep: 0} | checkpoint.keep: expects at least 1, got 0",
        "history.keep=2 | unknown key 'history' (known: name, seed, data, model, training,"
            + " cluster, checkpoint, output)",
        "output=${NOWHERE}/x | output: expects the environment variable NOWHERE, which is not set;"
            + " set it or write ${NOWHERE:-default}",
        "training.epochs | --set: expects key=value, got 'training.epochs'",
        "model.layers[2].x=1 | --set model.layers[2].x: expects a list with an item 2, got one of"
            + " 2",
        "training.epochs.x=1 | --set training.epochs.x: expects keys where 'x' is to be set, got 3",
        "a..b=1 | --set: expects a key such as a.b[2].c, got 'a..b'",
        "training.epochs={a | --set training.epochs: line 1, column 3: expects YAML, got: expected"
            + " ',' or '}', but got <stream end>",
      })
  void errorsNameTheKeyAndTheCure(String setting, String message) {
    assertThatThrownBy(() -> parse(setting))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void earlyStoppingNamesWhatIsMeasured() {
    assertThat(
            parse(
                    "training.metrics=confusion-matrix",
                    "training.early-stopping.metric=train.confusion-matrix.3.5")
                .training()
                .earlyStopping())
        .isNotNull();
    assertThatThrownBy(
            () ->
                parse(
                    "training.metrics=[accuracy, f1, recall]",
                    "training.early-stopping.metric=train.f1.10"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "training.early-stopping.metric: expects one of train.loss, train.accuracy, train.f1,"
                + " train.f1.0, train.f1.1, train.f1.2, train.f1.3, train.f1.4, train.f1.5,"
                + " train.f1.6, train.f1.7, train.f1.8, train.f1.9, train.recall, train.recall.0,"
                + " train.recall.1, train.recall.2, train.recall.3, train.recall.4, train.recall.5,"
                + " ..., got 'train.f1.10'");
  }

  @Test
  void errorsOfYamlNameTheLine() {
    assertThatThrownBy(() -> RunConfig.parse("a: 1\nb: [1\nc: 2\n", "x.yaml", List.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("x.yaml: line 3, column 2: expects YAML, got: expected ',' or ']', but got :");
    assertThatThrownBy(() -> RunConfig.parse("a: 1\na: 2\n", "x.yaml", List.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("x.yaml: line 2, column 2: expects YAML, got: Duplicate field 'a'");
    assertThatThrownBy(() -> RunConfig.parse("", "x.yaml", List.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("x.yaml: expects keys and values in YAML, got null");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> RunConfig.load(Path.of("no/such.yaml"), List.of(), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage("expects a configuration file, got 'no/such.yaml', which is none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart", "fashion-mnist", "adult"})
  void theConfigurationsThatComeAlongCanBeRead(String name) throws IOException {
    Path file = Path.of("../conf/" + name + ".yaml");
    RunConfig config = RunConfig.load(file, List.of(), Map.of());
    assertThat(Files.readString(file)).contains("name: " + config.name());
    assertThat(config.model().output().rank()).isEqualTo(1);
  }
}
