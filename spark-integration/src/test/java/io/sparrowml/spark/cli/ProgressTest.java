package io.sparrowml.spark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.metric.MeanLoss;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.train.EpochRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final ByteArrayOutputStream bars = new ByteArrayOutputStream();

  private Progress progress(int width) {
    return new Progress(
        new PrintStream(lines, true, UTF_8),
        new PrintStream(bars, true, UTF_8),
        new MetricSet(List.of(new MeanLoss())),
        width,
        2,
        10,
        1000);
  }

  private void train(Progress progress) {
    progress.begun("executor 0 on here with 2 slots");
    progress.progressed(1, 5, 0.75);
    progress.ended(new EpochRecord(1, 10, Map.of("train.loss", 0.5), 0.001, 12345.6, 2.55));
  }

  @Test
  void anEpochIsALine() {
    train(progress(0));
    assertThat(lines.toString(UTF_8))
        .isEqualTo(
            """
            training on executor 0 on here with 2 slots
            epoch 1/2  step 10  train.loss 0.5000  12,346 samples/s  2.6 s
            """);
    assertThat(bars.toString(UTF_8)).isEmpty();
  }

  @Test
  void resultsBehindTheMainOneAreLeftOut() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train.loss", 0.5);
    metrics.put("train.loss.3", 0.25);
    metrics.put("validation.loss", 0.75);
    progress(0).ended(new EpochRecord(1, 10, metrics, 0.001, 10, 1));

    assertThat(lines.toString(UTF_8))
        .startsWith("epoch 1/2  step 10  train.loss 0.5000  validation.loss 0.7500  10 samples/s");
  }

  @Test
  void aTerminalShowsABarWithinTheEpoch() {
    train(progress(100));
    assertThat(bars.toString(UTF_8))
        .contains("epoch 1/2", "500/1000", "step 5, loss 0.7500")
        .satisfies(
            text ->
                assertThat(text.split("[\r\n]"))
                    .allSatisfy(line -> assertThat(line).hasSizeLessThan(100)));
    assertThat(lines.toString(UTF_8)).contains("epoch 1/2  step 10");
  }

  @Test
  void aCheckpointThatWasNotWrittenIsALineOfItsOwnUnderTheBar() {
    Progress progress = progress(100);
    progress.progressed(1, 5, 0.75);
    progress.notSaved(10, "part-0: No space left on device");
    progress.progressed(1, 6, 0.5);

    assertThat(List.of(bars.toString(UTF_8).split("[\r\n]")))
        .contains("sparrow: no checkpoint of step 10: part-0: No space left on device")
        .anyMatch(line -> line.contains("600/1000"));
    assertThat(lines.toString(UTF_8)).isEmpty();
  }

  @Test
  void theWidthOfTheTerminalIsWhatTheLauncherFound() {
    assertThat(Progress.terminalWidth(Map.of("SPARROW_TERMINAL_WIDTH", "132"))).isEqualTo(132);
    assertThat(Progress.terminalWidth(Map.of("SPARROW_TERMINAL_WIDTH", "wide"))).isZero();
    assertThat(Progress.terminalWidth(Map.of())).isZero();
  }
}
