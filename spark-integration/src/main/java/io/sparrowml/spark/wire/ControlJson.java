package io.sparrowml.spark.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a control message: its record as a JSON object, without generation and step. Texts
 * are as long as {@link Prefix} lets heads be.
 */
final class ControlJson {
  private static final String GENERATION = "generation";
  private static final String STEP = "step";
  private static final int SHOWN = 200;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .addModule(
              new SimpleModule()
                  .addSerializer(long[].class, new PackedLongs.Serializer())
                  .addDeserializer(long[].class, new PackedLongs.Deserializer()))
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ControlJson() {}

  static byte[] write(Message message) {
    ObjectNode fields = MAPPER.valueToTree(message);
    fields.remove(List.of(GENERATION, STEP));
    try {
      return MAPPER.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new WireException("frame: " + message + " expects to fit into JSON", e);
    }
  }

  /**
   * Reads the message back.
   *
   * @param head a heap buffer of the JSON alone
   */
  static Message read(Prefix prefix, ByteBuffer head) {
    try {
      JsonNode tree =
          MAPPER.readTree(head.array(), head.arrayOffset() + head.position(), head.remaining());
      if (tree instanceof ObjectNode fields) {
        fields.put(GENERATION, prefix.generation()).put(STEP, prefix.step());
        return MAPPER.treeToValue(fields, prefix.kind().type());
      }
      throw unexpected(prefix.kind(), head, null);
    } catch (IOException e) {
      throw unexpected(prefix.kind(), head, e);
    }
  }

  private static WireException unexpected(Kind kind, ByteBuffer head, @Nullable IOException cause) {
    List<String> fields =
        Arrays.stream(kind.type().getRecordComponents())
            .map(RecordComponent::getName)
            .filter(name -> !name.equals(GENERATION) && !name.equals(STEP))
            .toList();
    String text = StandardCharsets.UTF_8.decode(head.duplicate()).toString();
    return new WireException(
        "frame: a head of %s expects the JSON of %s, got %s"
            .formatted(
                kind, fields, text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "..."),
        cause);
  }
}
