package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MediansTest {
  private static Medians of(List<double[]> rows, int columns) {
    Statistics statistics = new Statistics(columns);
    rows.forEach(statistics::add);
    Medians medians = new Medians(statistics);
    for (int pass = 0; pass < Medians.PASSES; pass++) {
      long[] counts = medians.zero();
      rows.forEach(row -> medians.add(counts, row));
      medians.narrow(counts);
    }
    return medians;
  }

  @Test
  void areTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    double missing = Double.NaN;
    Medians medians =
        of(
            List.of(
                new double[] {3, 1.5, -7},
                new double[] {-1, missing, -7},
                new double[] {100, 2.5, missing}),
            3);

    assertThat(medians.of(0)).isEqualTo(3);
    assertThat(medians.of(1)).isEqualTo(2);
    assertThat(medians.of(2)).isEqualTo(-7);
  }

  @Property
  void areThoseOfTheSortedNumbers(@ForAll @Size(min = 1, max = 30) List<Float> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Float::doubleValue).sorted().toArray();
    double low = sorted[(sorted.length - 1) / 2];
    double high = sorted[sorted.length / 2];

    Medians medians = of(numbers.stream().map(x -> new double[] {x}).toList(), 1);

    assertThat(medians.of(0)).isEqualTo((float) ((low + high) / 2));
  }
}
