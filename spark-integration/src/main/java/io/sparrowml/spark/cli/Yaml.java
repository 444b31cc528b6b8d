package io.sparrowml.spark.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.sparrowml.config.ConfigException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Trees from YAML texts, and back. */
final class Yaml {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              YAMLFactory.builder()
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Yaml() {}

  /**
   * The tree of a text; null for an empty one.
   *
   * @param where the file, as errors name it
   * @throws ConfigException with line and column where the text is no YAML, or has a key twice
   */
  static JsonNode read(String text, String where) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      return tree.isMissingNode() ? NullNode.getInstance() : tree;
    } catch (JsonProcessingException e) {
      throw new ConfigException(where + ": " + problem(e));
    }
  }

  /** The text of a tree. */
  static String write(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text as a value that is read as this text, whatever it holds. */
  static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static String problem(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException cause && cause.getProblemMark() != null) {
      Mark mark = cause.getProblemMark();
      return at(mark.getLine() + 1, mark.getColumn() + 1) + cause.getProblem();
    }
    var location = e.getLocation();
    return location == null
        ? "expects YAML, got " + e.getOriginalMessage()
        : at(location.getLineNr(), location.getColumnNr()) + e.getOriginalMessage();
  }

  private static String at(int line, int column) {
    return "line " + line + ", column " + column + ": expects YAML, got: ";
  }
}
