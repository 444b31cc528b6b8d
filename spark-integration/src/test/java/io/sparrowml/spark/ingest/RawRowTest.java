package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawRowTest {
  @Test
  void isTheSameAfterItsContent() {
    Serializable[] values = {
      "Zürich", 2.5, new float[] {1, -0.5f}, new byte[] {0, -1}, "", Double.NaN
    };
    RawRow row = new RawRow(values, "row 3 of file");

    RawRow read = RawRow.of(row.content(), values.length);

    assertThat(read).hasToString(row.toString());
    assertThat(read.content()).isEqualTo(row.content());
    assertThat(new RawRow(new Serializable[] {"Zürich"}, null).content())
        .isNotEqualTo(new RawRow(new Serializable[] {"Zurich"}, null).content());
  }

  @Test
  void isDescribedByItsPlaceOrElseItsValues() {
    List<String> names = List.of("image", "age", "label");
    Serializable[] values = {new byte[784], 39.0, "x".repeat(500)};

    assertThat(new RawRow(values, "row 3 of file").describe(names)).isEqualTo("row 3 of file");
    assertThat(new RawRow(values, null).describe(names))
        .startsWith("row {image=784 bytes, age=39, label=xxx")
        .endsWith("x...}")
        .hasSize(404);
  }
}
