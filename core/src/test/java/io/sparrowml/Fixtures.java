package io.sparrowml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads what the scripts in {@code dev/fixtures} worked out with other libraries. */
public final class Fixtures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIRECTORY = Path.of("src/test/resources/fixtures");

  private Fixtures() {}

  /** The cases of all files whose names start so, in the files' order. */
  public static List<JsonNode> cases(String prefix) {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<JsonNode> cases = new ArrayList<>();
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList()) {
        JSON.readTree(file.toFile()).path("cases").forEach(cases::add);
      }
      assertThat(cases).as("fixtures named %s", prefix).isNotEmpty();
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The shape of an array. */
  public static Shape shape(JsonNode array) {
    return Shape.of(JSON.convertValue(array.path("shape"), int[].class));
  }

  /** The numbers of an array. */
  public static double[] numbers(JsonNode array) {
    return JSON.convertValue(array.path("numbers"), double[].class);
  }

  /** An array as a tensor. */
  public static Tensor tensor(Arena arena, DType dtype, JsonNode array) {
    return Tensor.allocate(arena, dtype, shape(array)).set(numbers(array));
  }

  /** Asserts that numbers are those of an array, within a part of the largest of them. */
  public static void assertClose(String what, Tensor actual, JsonNode expected, double tolerance) {
    assertThat(actual.shape()).as(what).isEqualTo(shape(expected));
    double[] wanted = numbers(expected);
    double[] numbers = actual.toDoubles();
    double largest = 0;
    for (double number : wanted) {
      largest = Math.max(largest, Math.abs(number));
    }
    for (int i = 0; i < wanted.length; i++) {
      double scale = Math.max(Math.abs(wanted[i]), 0.1 * largest);
      assertThat(Math.abs(numbers[i] - wanted[i]))
          .as("%s at index %d: %s for %s", what, i, numbers[i], wanted[i])
          .isLessThanOrEqualTo(tolerance * scale + 1e-30);
    }
  }
}
