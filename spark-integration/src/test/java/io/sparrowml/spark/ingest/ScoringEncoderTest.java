package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Rows;
import io.sparrowml.data.Scaling;
import io.sparrowml.data.Tokens;
import io.sparrowml.memory.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Spark's own rows become the same raw rows, or give the same error, as the rows users see. */
@Tag("slow")
@ExtendWith(SharedSpark.class)
class ScoringEncoderTest {
  private final SparkSession session;

  /** In the session that tests share. */
  ScoringEncoderTest(SparkSession session) {
    this.session = session;
  }

  /** Values of each type, those that are refused or read in a special way among them. */
  private static final Map<String, List<String>> NUMBERS =
      Map.of(
          "double", List.of("1.5D", "double('NaN')", "1e300D", "null", "-0D", "0.1D"),
          "float", List.of("cast(0.1 as float)", "float('Infinity')", "null"),
          "bigint", List.of("9007199254740993L", "72057598332895233L", "-1L", "null"),
          "int", List.of("2147483647", "16777217", "null"),
          "smallint", List.of("-7S", "null"),
          "tinyint", List.of("-7Y", "null"),
          "boolean", List.of("true", "false", "null"),
          "decimal(30,10)", List.of("123456789012345678.1234567891", "0.1", "null"),
          "string", List.of("' 12.5 '", "'?'", "''", "'nan'", "'words'", "null"));

  private static final List<String> CATEGORIES = List.of("blue", "red", " padded", "", "1", "true");
  private static final List<String> COLOURS =
      List.of("'blue'", "' red\u2003'", "' padded'", "'padded'", "'green'", "''", "'  '", "null");

  private static final Map<String, List<String>> ARRAYS =
      Map.of(
          "array<double>", List.of("array(1D, 0.1D)", "array(1D, null)", "array(1D)", "null"),
          "array<float>", List.of("array(cast(0.1 as float), float('NaN'))"),
          "array<bigint>", List.of("array(72057598332895233L, 9007199254740993L)"),
          "array<int>", List.of("array(16777217, 3)", "array(1, 2, 3)"),
          "array<tinyint>", List.of("array(-1Y, 1Y)"),
          "array<decimal(20,2)>", List.of("array(0.1, 12345678901234567.89)"),
          "binary", List.of("X'00FF'", "X'01'", "null"));

  private static Preprocessing preprocessing(Feature feature, boolean fills) {
    Scaling scaling =
        new Scaling(
            Collections.nCopies(1, 0f), Collections.nCopies(1, 1f), fills ? (Float) 5f : null);
    return new Preprocessing(List.of(feature), List.of(scaling), null);
  }

  /** What comes of each row: its raw values, or the error. */
  private static List<String> encoded(
      Dataset<Row> frame, Preprocessing preprocessing, boolean internal) {
    ScoringEncoder encoder = new ScoringEncoder(preprocessing, frame.schema());
    List<Column> columns = FrameReader.columns(preprocessing.features(), frame.schema(), "input");
    RowReader reader = new RowReader(frame.schema(), columns, "input", true);
    RowEncoder users =
        new RowEncoder(
            new Table.Columns("input", columns, "", DataConfig.MISSING),
            preprocessing.features(),
            null,
            preprocessing.fills());
    List<Row> seen = frame.collectAsList();
    InternalRow[] own = Fixtures.internals(frame);
    List<String> results = new ArrayList<>();
    for (int i = 0; i < own.length; i++) {
      try (Arena arena = Arena.root("test", 1 << 20)) {
        Rows rows = Rows.allocate(arena, encoder.format(), 2);
        rows.features().clear();
        if (internal) {
          encoder.encode(own[i], rows, 1);
        } else {
          users.features(
              reader.read(seen.get(i)),
              rows.features().block().buffer(),
              users.format().featureBytes());
        }
        results.add(rows.features() + " " + java.util.Arrays.toString(rows.features().toDoubles()));
      } catch (DataException e) {
        results.add(e.getMessage());
      }
    }
    return results;
  }

  private static void assertAlike(Dataset<Row> frame, Preprocessing preprocessing) {
    assertThat(encoded(frame, preprocessing, true))
        .isEqualTo(encoded(frame, preprocessing, false))
        .hasSize(Math.toIntExact(frame.count()));
  }

  private static Dataset<Row> frame(SparkSession session, String type, List<String> values) {
    return session.sql(
        "select cast(v as %s) as x from values %s as t(v)"
            .formatted(type, String.join(", ", values.stream().map(v -> "(" + v + ")").toList())));
  }

  @Test
  void numbersOfAllTypesAreReadAlike() {
    NUMBERS.forEach(
        (type, values) -> {
          Dataset<Row> frame = frame(session, type, values);
          assertAlike(frame, preprocessing(Feature.Numeric.number("x"), false));
          assertAlike(frame, preprocessing(Feature.Numeric.number("x"), true));
          assertAlike(frame, preprocessing(new Feature.Categorical("x", CATEGORIES), false));
        });
  }

  @Test
  void arraysAndBytesAreReadAlike() {
    ARRAYS.forEach(
        (type, values) ->
            assertAlike(
                frame(session, type, values),
                preprocessing(new Feature.Numeric("x", 2, 1), false)));
    Dataset<Row> both = session.sql("select X'00FF' as x, 1.5D as y");
    List<Feature> features = List.of(new Feature.Numeric("x", 2, 1), Feature.Numeric.number("y"));
    assertAlike(both, Preprocessing.identity(features));
  }

  @Test
  void vectorsAreReadAlike() {
    StructType schema = new StructType().add("x", SQLDataTypes.VectorType());
    List<Row> rows =
        List.of(
            RowFactory.create(Vectors.dense(0.1, 2)),
            RowFactory.create(Vectors.sparse(2, new int[] {1}, new double[] {3})),
            RowFactory.create(Vectors.dense(1, 2, 3)));

    assertAlike(
        session.createDataFrame(rows, schema),
        preprocessing(new Feature.Numeric("x", 2, 1), false));
  }

  @Test
  void categoriesAndTextsAreReadAlike() {
    Dataset<Row> frame = frame(session, "string", COLOURS);

    assertAlike(frame, preprocessing(new Feature.Categorical("x", CATEGORIES), false));
    assertAlike(
        frame,
        preprocessing(
            new Feature.Text("x", Tokens.WORDS, true, 3, List.of("red", "padded")), false));
  }
}
