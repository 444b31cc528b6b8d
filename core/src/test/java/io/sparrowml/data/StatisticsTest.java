package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.tensor.ShapeException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void knowTheMomentsOfASmallColumn() {
    Statistics statistics = new Statistics(2);
    for (double x : new double[] {2, 4, 4, 4, 5, 5, 7, 9}) {
      statistics.add(new double[] {x, -1});
    }

    Statistics.Summary summary = statistics.summary(0);
    assertThat(summary.mean()).isCloseTo(5, within(1e-14));
    assertThat(summary.variance()).isCloseTo(4, within(1e-14));
    assertThat(summary.min()).isEqualTo(2);
    assertThat(summary.max()).isEqualTo(9);
    assertThat(statistics.summary(1)).isEqualTo(new Statistics.Summary(8, -1, 0, -1, -1));
  }

  @Property
  void areTheSameWhetherMergedOrAddedInOneGo(
      @ForAll @Size(min = 1, max = 50) List<@DoubleRange(min = -1e3, max = 1e3) Double> values,
      @ForAll @IntRange(max = 50) int cut) {
    Statistics all = new Statistics(1);
    Statistics head = new Statistics(1);
    Statistics tail = new Statistics(1);
    for (int i = 0; i < values.size(); i++) {
      all.add(new double[] {values.get(i)});
      (i < cut ? head : tail).add(new double[] {values.get(i)});
    }

    Statistics.Summary merged = Statistics.merge(head, tail).summary(0);

    assertThat(merged.count()).isEqualTo(values.size());
    assertThat(merged.mean()).isCloseTo(all.summary(0).mean(), within(1e-9));
    assertThat(merged.m2()).isCloseTo(all.summary(0).m2(), within(1e-4));
    assertThat(merged.min()).isEqualTo(all.summary(0).min());
    assertThat(merged.max()).isEqualTo(all.summary(0).max());
  }

  @Test
  void leaveOutWhatIsMissing() {
    Statistics statistics = new Statistics(2);
    for (double x : new double[] {2, Double.NaN, 4}) {
      statistics.add(new double[] {Double.NaN, x});
    }

    assertThat(statistics.summary(0)).isEqualTo(Statistics.Summary.EMPTY);
    assertThat(statistics.summary(1)).isEqualTo(new Statistics.Summary(2, 3, 2, 2, 4));
    assertThat(Statistics.merge(statistics, statistics).summary(1).count()).isEqualTo(4);
  }

  @Test
  void keepTheirPrecisionFarFromZero() {
    Statistics statistics = new Statistics(1);
    for (int i = 0; i < 1000; i++) {
      statistics.add(new double[] {1e9 + i % 2});
    }

    assertThat(statistics.summary(0).variance()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void rowsOfAnotherWidthAreRefused() {
    assertThatThrownBy(() -> new Statistics(2).add(new double[3]))
        .isInstanceOf(ShapeException.class)
        .hasMessage("statistics expects rows of 2 values, got 3");
  }
}
