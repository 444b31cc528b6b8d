package io.sparrowml.spark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One {@code --set}: a key of any depth and the value that it shall have, {@code
 * model.layers[1].dense.units=64}.
 *
 * @param path names of keys, and indices of lists in brackets
 * @param value in YAML; empty takes the key away
 */
record Setting(String path, JsonNode value) {
  private static final Pattern STEP = Pattern.compile("\\G(?:\\[(\\d{1,6})]|\\.?([^.\\[\\]]+))");

  /**
   * The setting that a text describes.
   *
   * @throws ConfigException when the text is not {@code key=value}
   */
  static Setting parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("--set: expects key=value, got '" + text + "'");
    }
    String path = text.substring(0, equals);
    return new Setting(path, Yaml.read(text.substring(equals + 1), "--set " + path));
  }

  /** Changes a tree. */
  void apply(ObjectNode root) {
    List<Object> steps = steps();
    JsonNode node = root;
    for (int i = 0; i < steps.size() - 1; i++) {
      Object step = steps.get(i);
      join(steps, i + 1, step instanceof Integer n ? node.path(n) : node.path((String) step));
      node = enter(node, step, steps.get(i + 1));
    }
    Object last = steps.get(steps.size() - 1);
    if (last instanceof Integer index) {
      list(node, index).set(index, value);
    } else {
      object(node, last).set((String) last, value);
    }
  }

  /** Names as text, indices as whole numbers. */
  private List<Object> steps() {
    List<Object> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(path);
    int end = 0;
    while (matcher.find()) {
      steps.add(matcher.group(2) == null ? Integer.valueOf(matcher.group(1)) : matcher.group(2));
      end = matcher.end();
    }
    if (end < path.length() || !(steps.get(0) instanceof String)) {
      throw new ConfigException("--set: expects a key such as a.b[2].c, got '" + path + "'");
    }
    return steps;
  }

  /** Makes one step of names that together are a key of a node: that of a class has dots in it. */
  private static void join(List<Object> steps, int from, JsonNode node) {
    for (int to = steps.size(); to > from + 1; to--) {
      List<Object> some = steps.subList(from, to);
      String name = some.stream().map(String::valueOf).collect(Collectors.joining("."));
      boolean names = some.stream().allMatch(String.class::isInstance);
      if (names && (node.has(name) || name.equals(node.textValue()))) {
        some.clear();
        some.add(name);
        return;
      }
    }
  }

  /** The child at a step, made where it is missing, or where the next step wants another kind. */
  private JsonNode enter(JsonNode node, Object step, Object next) {
    if (step instanceof Integer index) {
      ArrayNode list = list(node, index);
      JsonNode child = opened(list.get(index), next);
      list.set(index, child);
      return child;
    }
    ObjectNode object = object(node, step);
    JsonNode child = opened(object.path((String) step), next);
    object.set((String) step, child);
    return child;
  }

  /** A bare name such as {@code adam}, or nothing, as an object that can take keys. */
  private static JsonNode opened(JsonNode child, Object next) {
    if (child.isMissingNode() || child.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (child.isTextual() && child.textValue().equals(next)) {
      return JsonNodeFactory.instance.objectNode().putNull(child.textValue());
    }
    return child;
  }

  private ArrayNode list(JsonNode node, int index) {
    if (node instanceof ArrayNode list && index < list.size()) {
      return list;
    }
    throw new ConfigException(
        "--set %s: expects a list with an item %d, got %s"
            .formatted(path, index, node.isArray() ? "one of " + node.size() : node));
  }

  private ObjectNode object(JsonNode node, Object step) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new ConfigException(
        "--set %s: expects keys where '%s' is to be set, got %s".formatted(path, step, node));
  }
}
