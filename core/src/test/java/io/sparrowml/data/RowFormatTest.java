package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import org.junit.jupiter.api.Test;

class RowFormatTest {
  @Test
  void aRowIsItsValuesAndAFloat32Label() {
    assertThat(new RowFormat(DType.UINT8, 784).rowBytes()).isEqualTo(788);
    assertThat(new RowFormat(DType.FLOAT32, 14).rowBytes()).isEqualTo(60);
  }

  @Test
  void aSequenceHasManyLabelsAndAWeightIsAnother() {
    RowFormat format = new RowFormat(DType.FLOAT32, 8, Shape.of(8), true);

    assertThat(format.labels()).isEqualTo(8);
    assertThat(format.rowBytes()).isEqualTo(4 * (8 + 8 + 1));
    assertThatThrownBy(() -> new RowFormat(DType.UINT8, 1, Shape.of(0), false))
        .hasMessage("row format expects at least one label a row, got a target of [0]");
  }

  @Test
  void float64AndEmptyRowsAreRefused() {
    assertThatThrownBy(() -> new RowFormat(DType.FLOAT64, 0))
        .hasMessage(
            "row format expects UINT8 or FLOAT32 and a width of at least 1, got FLOAT64 and 0");
  }
}
