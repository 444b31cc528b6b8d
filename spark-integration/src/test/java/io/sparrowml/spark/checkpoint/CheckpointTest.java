package io.sparrowml.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
  private static final String TRAINING =
      "{'seed':42,'model':{'layers':[{'dense':{'units':10}},'flatten']}}".replace('\'', '"');
  private static final Checkpoint CHECKPOINT =
      new Checkpoint(
          10, TRAINING, List.of(3L, 4L), List.of(1L, 0L), List.of(), List.of(), List.of());

  @Test
  void theSameTrainingFits() {
    assertThatCode(() -> CHECKPOINT.check(TRAINING, List.of(3L, 4L), List.of(1L, 0L)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "42, 43, 'seed 42, got 43'",
    "\"units\":10, \"units\":20, 'model.layers[0].dense.units 10, got 20'",
    "'\"seed\":42,', '', 'seed 42, got nothing'",
    "'\"seed\":42,', '\"seed\":42,\"clip\":1,', 'clip nothing, got 1'",
    "\"flatten\", \"relu\", 'model.layers[1] \"flatten\", got \"relu\"'",
  })
  void whatDiffersIsNamed(String from, String to, String said) {
    String other = TRAINING.replace(from, to == null ? "" : to);

    assertThatThrownBy(() -> CHECKPOINT.check(other, List.of(3L, 4L), List.of(1L, 0L)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--resume: expects the training of the checkpoint, with "
                + said
                + "; give it as it was, or begin anew without --resume");
  }

  @Test
  void otherRowsAreNamed() {
    assertThatThrownBy(() -> CHECKPOINT.check(TRAINING, List.of(3L, 5L), List.of(1L, 0L)))
        .hasMessageContaining("with 7 training rows in the same logical workers, got 8;");
    assertThatThrownBy(() -> CHECKPOINT.check(TRAINING, List.of(3L, 4L), List.of(0L, 1L)))
        .hasMessageContaining("with 1 validation rows in the same logical workers, got 1;");
  }
}
