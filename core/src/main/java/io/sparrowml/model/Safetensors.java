package io.sparrowml.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The safetensors format, readable from most languages:
 *
 * <pre>
 *   0          8            8 + length
 *   +----------+------------+----------------------------+
 *   | length   | header     | numbers, one tensor after  |
 *   | u64 LE   | JSON       | the other, little-endian   |
 *   +----------+------------+----------------------------+
 *   header: {"1/kernel": {"dtype": "F32", "shape": [784, 256], "data_offsets": [0, 802816]}, ...}
 * </pre>
 */
public final class Safetensors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_HEADER = 100_000_000;
  private static final int CHUNK = 1 << 16;

  private Safetensors() {}

  /** Writes FLOAT32 tensors in the map's order. */
  public static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "sparrow");
    long offset = 0;
    for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
      ObjectNode node = header.putObject(named.getKey());
      node.put("dtype", "F32");
      var dims = node.putArray("shape");
      for (int dim : named.getValue().shape().dims()) {
        dims.add(dim);
      }
      long end = offset + named.getValue().shape().size() * Float.BYTES;
      node.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String text = JSON.writeValueAsString(header);
    byte[] bytes =
        (text + " ".repeat((8 - text.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
    out.write(bytes);
    for (Tensor tensor : tensors.values()) {
      writeNumbers(tensor, out);
    }
  }

  private static void writeNumbers(Tensor tensor, OutputStream out) throws IOException {
    float[] numbers = new float[CHUNK];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < tensor.size(); from += CHUNK) {
      int length = Math.min(CHUNK, tensor.size() - from);
      tensor.floats().get(from, numbers, 0, length);
      bytes.asFloatBuffer().put(numbers, 0, length);
      out.write(bytes.array(), 0, length * Float.BYTES);
    }
  }

  /**
   * Fills tensors from a file that must hold exactly them.
   *
   * @param where the file, as errors name it
   * @throws ModelException when the file is cut short, damaged, or of another network
   */
  public static void read(InputStream in, String where, Map<String, Tensor> into)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      long length = Long.reverseBytes(data.readLong());
      if (length < 2 || length > LONGEST_HEADER) {
        throw new ModelException(
            where
                + ": safetensors expects a header of 2 to "
                + LONGEST_HEADER
                + " bytes, got "
                + length);
      }
      JsonNode header =
          JSON.readTree(new String(data.readNBytes((int) length), StandardCharsets.UTF_8));
      long offset = 0;
      for (Map.Entry<String, Tensor> named : into.entrySet()) {
        offset =
            check(
                header.path(named.getKey()),
                where + ": " + named.getKey(),
                named.getValue().shape(),
                offset);
        readNumbers(data, named.getValue());
      }
    } catch (EOFException | JsonProcessingException e) {
      throw new ModelException(
          where + ": safetensors expects a whole file, got one cut short or damaged");
    }
  }

  private static long check(JsonNode node, String where, Shape shape, long offset) {
    long end = offset + shape.size() * Float.BYTES;
    JsonNode expected =
        JSON.createObjectNode()
            .put("dtype", "F32")
            .<ObjectNode>set("shape", JSON.valueToTree(shape.dims()))
            .set("data_offsets", JSON.valueToTree(new long[] {offset, end}));
    if (!node.toString().equals(expected.toString())) {
      throw new ModelException(where + ": weights expect " + expected + ", got " + node);
    }
    return end;
  }

  private static void readNumbers(DataInputStream data, Tensor tensor) throws IOException {
    byte[] bytes = new byte[CHUNK * Float.BYTES];
    float[] numbers = new float[CHUNK];
    for (int from = 0; from < tensor.size(); from += CHUNK) {
      int length = Math.min(CHUNK, tensor.size() - from);
      data.readFully(bytes, 0, length * Float.BYTES);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers, 0, length);
      tensor.floats().put(from, numbers, 0, length);
    }
  }
}
