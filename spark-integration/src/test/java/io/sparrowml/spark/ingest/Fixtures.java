package io.sparrowml.spark.ingest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/** Small files, and what is read from them. */
final class Fixtures {
  static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);

  private Fixtures() {}

  /** The configuration that this JSON is; single quotes stand for double ones. */
  static DataConfig config(String json) {
    try {
      return JSON.readValue(json.replace('\'', '"'), DataConfig.class);
    } catch (IOException e) {
      if (Causes.root(e) instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  static String write(Path directory, String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  /** Images of 2 x 3 pixels: pixel {@code p} of image {@code i} is {@code i + p}. */
  static byte[] images(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int number : new int[] {2051, count, 2, 3}) {
      out.writeInt(number);
    }
    for (int i = 0; i < 6 * count; i++) {
      out.writeByte(i / 6 + i % 6);
    }
    return bytes.toByteArray();
  }

  /** Labels: that of row {@code i} is {@code i % 3}. */
  static byte[] labels(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(2049);
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeByte(i % 3);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** A table of {@code count} different rows with the header {@code age,job,score,label}. */
  static List<String> people(int count) {
    List<String> lines = new ArrayList<>();
    String[] jobs = {"clerk", "smith", "?", "nurse"};
    for (int i = 0; i < count; i++) {
      lines.add(
          (20 + i % 50) + ", " + jobs[i % 4] + ", " + i * 0.25 + ", " + (i % 7 < 3 ? "yes" : "no"));
    }
    return lines;
  }

  /** The first row of a frame as Spark itself holds it. */
  static InternalRow internal(Dataset<Row> frame) {
    return internals(frame)[0];
  }

  /** The rows of a frame as Spark itself holds them. */
  static InternalRow[] internals(Dataset<Row> frame) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) frame)
        .queryExecution()
        .executedPlan()
        .executeCollect();
  }

  /** The directory of the public data sets; skips the test where there is none. */
  static String data() {
    String directory = System.getenv("SPARROW_DATA");
    assumeTrue(directory != null, "set SPARROW_DATA to the directory of the data sets to run this");
    return String.valueOf(directory);
  }
}
