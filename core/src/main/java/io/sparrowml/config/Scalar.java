package io.sparrowml.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A type whose values are one number, word or text.
 *
 * @param expects what errors say that it expects: {@code a whole number}
 * @param read the value of a node, or null where the node holds none
 */
record Scalar(String expects, Function<JsonNode, @Nullable Object> read) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  private static final Scalar INT =
      new Scalar(
          "a whole number",
          node -> node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null);
  private static final Scalar LONG =
      new Scalar(
          "a whole number",
          node -> node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null);
  private static final Scalar DOUBLE = new Scalar("a number", Scalar::number);
  private static final Scalar FLOAT =
      new Scalar(
          "a number", node -> number(node) instanceof Double value ? value.floatValue() : null);
  private static final Scalar BOOLEAN =
      new Scalar("true or false", node -> node.isBoolean() ? node.booleanValue() : null);
  private static final Scalar TEXT =
      new Scalar("text", node -> node.isValueNode() && !node.isNull() ? node.asText() : null);
  private static final Scalar TIME =
      new Scalar("a duration such as 500ms, 30s, 10m or 2h", node -> duration(node.asText()));

  private static final Map<Class<?>, Scalar> TYPES =
      Map.ofEntries(
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(float.class, FLOAT),
          Map.entry(Float.class, FLOAT),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(String.class, TEXT),
          Map.entry(Duration.class, TIME));

  /** The scalar of a type, or null where the type is none. */
  static @Nullable Scalar of(Class<?> type) {
    if (type.isEnum()) {
      return ofEnum(type);
    }
    return TYPES.get(type);
  }

  private static Scalar ofEnum(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      names.add(Key.kebab(((Enum<?>) constant).name()));
    }
    return new Scalar(
        "one of " + String.join(", ", names),
        node -> {
          int index = names.indexOf(node.asText());
          return index < 0 ? null : type.getEnumConstants()[index];
        });
  }

  /** YAML takes 1e-3, which has no point, for text; here it is a number. */
  private static @Nullable Object number(JsonNode node) {
    double value = Double.NaN;
    if (node.isNumber()) {
      value = node.doubleValue();
    } else if (node.isTextual()) {
      try {
        value = new BigDecimal(node.textValue()).doubleValue();
      } catch (NumberFormatException ignored) {
        return null;
      }
    }
    return Double.isFinite(value) ? value : null;
  }

  private static @Nullable Duration duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** A duration in the largest unit that divides it. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0 && seconds > 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
