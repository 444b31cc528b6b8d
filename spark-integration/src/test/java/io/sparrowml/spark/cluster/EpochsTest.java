package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Cosine;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.spark.cluster.Specs.Mean;
import io.sparrowml.spark.wire.Decision;
import io.sparrowml.train.EarlyStopping;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EpochsTest {
  private static final int LAST = 5;
  private static final double NONE = Double.NaN;

  private static Epochs epochs(@Nullable EarlyStopping stopping) {
    return new Epochs(Specs.of(new Adam(0.01), null, LAST, stopping, null, 1, 1), 600, 40);
  }

  /** The states of an epoch in which both metrics have the same value. */
  private static long[][] states(double value) {
    return Double.isNaN(value)
        ? new long[][] {new long[2], new long[2]}
        : new long[][] {Mean.of(value), Mean.of(value)};
  }

  /** What is decided after each epoch: stop, keep, restore. */
  private static String decisions(EarlyStopping stopping, double... values) {
    Epochs epochs = epochs(stopping);
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      Decision decision = epochs.end(1, states(value), null, 0);
      text.append(text.isEmpty() ? "" : ", ")
          .append(decision.keep() ? "keep " : "")
          .append(decision.stop() ? "stop " : "go on ")
          .append(decision.restore() ? "restore" : "");
    }
    return text.toString().replace(" ,", ",").strip();
  }

  @Test
  void anEpochIsRemembered() {
    Epochs epochs = epochs(null);
    epochs.begin(10_000);
    epochs.stepped(11_000);
    epochs.stepped(12_000);
    long[][] trained = {Mean.of(0.5), Mean.of(0.75)};
    long[][] validated = {Mean.of(0.625), Mean.of(0.25)};

    Decision decision = epochs.end(40, trained, validated, 12_500);

    assertThat(decision).isEqualTo(new Decision(0, 40, 1, false, false, false, false, 1));
    assertThat(epochs.history())
        .containsExactly(
            new EpochRecord(
                1,
                40,
                Map.of(
                    "train.loss", 0.5,
                    "train.loss.half", 0.25,
                    "train.accuracy", 0.75,
                    "train.accuracy.half", 0.375,
                    "validation.loss", 0.625,
                    "validation.loss.half", 0.3125,
                    "validation.accuracy", 0.25,
                    "validation.accuracy.half", 0.125),
                0.01,
                300,
                2.5));
  }

  @Test
  void allThatIsDecidedFollowsFromTheHistory() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 3, 0);
    ReduceOnPlateau plateau = new ReduceOnPlateau("train.loss", 0.5, 1, 0, 1, 0);
    double[] losses = {3, 2, 2.5, 1, 4, 1, 2, 0.5};
    TrainingSpec spec = Specs.of(new Adam(0.01), null, 20, stopping, plateau, 1, 1);
    for (int cut = 0; cut <= losses.length; cut++) {
      Epochs whole = new Epochs(spec, 600, 40);
      Epochs resumed = new Epochs(spec, 600, 40);
      whole.begin(0);
      for (int epoch = 1; epoch <= losses.length; epoch++) {
        if (epoch == cut + 1) {
          resumed.resume(whole.history(), 40L * cut, 40);
          resumed.begin(500_000);
        }
        Decision decision = whole.end(40L * epoch, states(losses[epoch - 1]), null, 1000L * epoch);
        if (epoch > cut) {
          long now = 500_000 + 1000L * (epoch - cut);
          assertThat(resumed.end(40L * epoch, states(losses[epoch - 1]), null, now))
              .isEqualTo(decision);
        }
      }
      if (cut < losses.length) {
        assertThat(resumed.history())
            .usingRecursiveComparison()
            .ignoringFields("samplesPerSecond")
            .isEqualTo(whole.history());
      }
    }
  }

  @Test
  void ofAnEpochThatWasBegunBeforeTheRestCounts() {
    Epochs epochs = epochs(null);
    epochs.resume(List.of(), 30, 40);
    epochs.begin(0);
    epochs.stepped(2_000);
    epochs.end(40, states(1), null, 2_500);
    epochs.stepped(4_500);
    epochs.end(80, states(1), null, 5_000);

    assertThat(epochs.history())
        .extracting(EpochRecord::samplesPerSecond)
        .containsExactly(75.0, 300.0);
  }

  @Test
  void theNextEpochsTimeBeginsWhereTheLastsValidationEnded() {
    Epochs epochs = epochs(null);
    epochs.begin(0);
    epochs.end(40, states(1), null, 5_000);
    assertThat(epochs.current()).isEqualTo(2);

    epochs.stepped(8_000);
    epochs.end(80, states(1), null, 9_000);

    EpochRecord second = epochs.history().get(1);
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.samplesPerSecond()).isEqualTo(200);
    assertThat(second.seconds()).isEqualTo(9);
    assertThat(second.metrics().keySet())
        .containsExactly("train.loss", "train.loss.half", "train.accuracy", "train.accuracy.half");
  }

  @Test
  void withoutEarlyStoppingTheLastEpochEndsTraining() {
    Epochs epochs = epochs(null);
    for (int epoch = 1; epoch < LAST; epoch++) {
      assertThat(epochs.end(epoch, states(1), null, 0))
          .isEqualTo(new Decision(0, epoch, epoch, false, false, false, false, 1));
    }

    assertThat(epochs.end(LAST, states(1), null, 0))
        .isEqualTo(new Decision(0, LAST, LAST, true, false, false, false, 1));
  }

  @Test
  void trainingStopsWhenPatienceIsOverAndGoesBackToTheBest() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 2, 0);

    assertThat(decisions(stopping, 3, 2, 2.5, 2))
        .isEqualTo("keep go on, keep go on, go on, stop restore");
  }

  @Test
  void anImprovementStartsPatienceAnew() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 2, 0);

    assertThat(decisions(stopping, 3, 4, 2, 4, 1))
        .isEqualTo("keep go on, go on, keep go on, go on, keep stop");
  }

  @Test
  void theLastEpochGoesBackToTheBestToo() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 9, 0);

    assertThat(decisions(stopping, 3, 2, 4, 4, 4))
        .isEqualTo("keep go on, keep go on, go on, go on, stop restore");
  }

  @Test
  void aSmallChangeIsNoImprovement() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 1, 0.5);

    assertThat(decisions(stopping, 3, 2.6)).isEqualTo("keep go on, stop restore");
  }

  @Test
  void ofAccuracyMoreIsBetter() {
    EarlyStopping stopping = new EarlyStopping("train.accuracy", 1, 0);

    assertThat(decisions(stopping, 0.5, 0.6, 0.6))
        .isEqualTo("keep go on, keep go on, stop restore");
  }

  @Test
  void trainingStopsOnAnyResultOfAMetric() {
    assertThat(decisions(new EarlyStopping("train.accuracy.half", 1, 0.1), 0.5, 0.9, 1))
        .isEqualTo("keep go on, keep go on, stop restore");
    assertThat(decisions(new EarlyStopping("train.loss.half", 1, 0), 0.5, 0.25, 0.25))
        .isEqualTo("keep go on, keep go on, stop restore");
  }

  @Test
  void withoutAnyValueThereIsNothingToGoBackTo() {
    EarlyStopping stopping = new EarlyStopping("train.loss", 2, 0);

    assertThat(decisions(stopping, NONE, NONE)).isEqualTo("go on, stop");
    assertThat(decisions(stopping, NONE, 3, NONE, NONE))
        .isEqualTo("go on, keep go on, go on, stop restore");
  }

  @Test
  void theRateIsTheSchedulesOfTheEpochsLastUpdate() {
    Optimizer optimizer = new Sgd(new Cosine(1, 0, null), 0, false);
    Epochs epochs = new Epochs(Specs.of(optimizer, null, 2, null, null, 1, 1), 600, 4);

    epochs.end(4, states(1), null, 0);
    epochs.end(8, states(1), null, 0);

    assertThat(epochs.history().stream().map(EpochRecord::learningRate))
        .containsExactly(new Cosine(1, 0, 8L).rate(4), new Cosine(1, 0, 8L).rate(8));
  }

  @Test
  void onAPlateauTheRateIsReducedFromTheNextEpochOn() {
    ReduceOnPlateau rule = new ReduceOnPlateau("train.accuracy", 0.5, 2, 0, 0, 0);
    Epochs epochs = new Epochs(Specs.of(new Adam(0.01), null, LAST, null, rule, 1, 1), 600, 40);
    List<Double> factors = new ArrayList<>();
    for (double accuracy : new double[] {0.5, 0.6, 0.6, 0.5, 0.7}) {
      factors.add(epochs.end(1, states(accuracy), null, 0).rateFactor());
    }

    assertThat(factors).containsExactly(1.0, 1.0, 1.0, 0.5, 0.5);
    assertThat(epochs.history().stream().map(EpochRecord::learningRate))
        .containsExactly(0.01, 0.01, 0.01, 0.01, 0.005);
  }
}
