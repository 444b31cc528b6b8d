package io.sparrowml.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DefineByRunTest {
  @Test
  void recognizesDigitsThatItHasNotSeen() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    double accuracy = DefineByRun.train(new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(accuracy).isGreaterThan(0.9);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .hasSize(5)
        .allMatch(line -> line.matches("epoch \\d: loss \\d\\.\\d{4}, accuracy \\d\\.\\d{4}"));
  }
}
