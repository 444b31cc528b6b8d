package io.sparrowml.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.stream.Stream;

/** Types that say by Jackson's annotations how they are written, where keys alone would not do. */
final class OwnForm {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  private OwnForm() {}

  /** Whether a type has a creator of its own. */
  static boolean of(Class<?> type) {
    Stream<AnnotatedElement> creators =
        Stream.concat(
            Arrays.stream(type.getDeclaredMethods()),
            Arrays.stream(type.getDeclaredConstructors()));
    return creators.anyMatch(creator -> creator.isAnnotationPresent(JsonCreator.class));
  }

  static Object read(JsonNode node, Class<?> type) throws JsonProcessingException {
    return JACKSON.treeToValue(node, type);
  }

  static JsonNode write(Object value) {
    return JACKSON.valueToTree(value);
  }
}
