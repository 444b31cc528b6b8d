package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassesTest {
  @Test
  void numbersAreSortedAsNumbersAndTextsByCodePoint() {
    assertThat(Classes.discovered(List.of("10", "9", "-1", "2.5")).names())
        .containsExactly("-1", "2.5", "9", "10");
    assertThat(Classes.discovered(List.of("b", "10", "9", "B", "ä")).names())
        .containsExactly("10", "9", "B", "b", "ä");
  }

  @Test
  void severalLabelsMayMeanOneClass() {
    Classes classes = Classes.of(List.of(ClassValues.of("no", "0"), ClassValues.of("yes", "1")));

    assertThat(classes.names()).containsExactly("no", "yes");
    assertThat(List.of(classes.index("no"), classes.index("0"), classes.index("1")))
        .containsExactly(0, 0, 1);
    assertThat(classes.index("maybe")).isEqualTo(-1);
  }

  @Test
  void theClassesOfAModelMustBeThoseOfTheConfiguration() {
    List<ClassValues> configured = List.of(ClassValues.of("a"), ClassValues.of("b"));

    assertThatThrownBy(() -> Classes.of(List.of("b", "a"), configured))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.classes: expects the classes of the model, [b, a], got [a, b]");
  }
}
