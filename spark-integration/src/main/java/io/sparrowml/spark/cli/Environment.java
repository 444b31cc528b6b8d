package io.sparrowml.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.config.ConfigException;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the environment's variables into the values of a tree: {@code ${NAME}}, and {@code
 * ${NAME:-default}} where the variable may be missing. A value that is nothing else is read as
 * YAML, so it may be a number.
 *
 * @param variables by name
 */
record Environment(Map<String, String> variables) {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  /**
   * A copy of the tree with all variables replaced.
   *
   * @param path of the tree's root, as errors name it; empty at the top
   */
  JsonNode resolve(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(
              entry -> {
                String key = entry.getKey();
                copy.set(key, resolve(entry.getValue(), path.isEmpty() ? key : path + "." + key));
              });
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < array.size(); i++) {
        copy.add(resolve(array.get(i), path + "[" + i + "]"));
      }
      return copy;
    }
    return node.isTextual() ? text(node, path) : node;
  }

  private JsonNode text(JsonNode node, String path) {
    Matcher matcher = VARIABLE.matcher(node.textValue());
    if (!matcher.find()) {
      return node;
    }
    boolean whole = matcher.matches();
    String text = matcher.reset().replaceAll(found -> Matcher.quoteReplacement(value(found, path)));
    return whole ? Yaml.read(text, path) : JsonNodeFactory.instance.textNode(text);
  }

  private String value(MatchResult variable, String path) {
    String name = variable.group(1);
    String value = variables.get(name);
    if (value == null || value.isEmpty()) {
      value = variable.group(2);
    }
    if (value == null) {
      throw new ConfigException(
          "%s: expects the environment variable %s, which is not set; set it or write ${%s:-default}"
              .formatted(path, name, name));
    }
    return value;
  }
}
