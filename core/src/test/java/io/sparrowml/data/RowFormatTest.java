package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.tensor.DType;
import org.junit.jupiter.api.Test;

class RowFormatTest {
  @Test
  void aRowIsItsValuesAndAFloat32Label() {
    assertThat(new RowFormat(DType.UINT8, 784).rowBytes()).isEqualTo(788);
    assertThat(new RowFormat(DType.FLOAT32, 14).rowBytes()).isEqualTo(60);
  }

  @Test
  void float64AndEmptyRowsAreRefused() {
    assertThatThrownBy(() -> new RowFormat(DType.FLOAT64, 0))
        .hasMessage(
            "row format expects UINT8 or FLOAT32 and a width of at least 1, got FLOAT64 and 0");
  }
}
