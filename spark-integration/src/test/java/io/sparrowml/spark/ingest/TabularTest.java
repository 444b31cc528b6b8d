package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.tensor.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class TabularTest {
  private static final String CURE =
      "; correct or leave out such rows, or leave out the column with data.features";

  private final SparkSession session;
  @TempDir Path directory;

  TabularTest(SparkSession session) {
    this.session = session;
  }

  private DataConfig csv(String text, String more) throws IOException {
    String path = Fixtures.write(directory, "train.csv", text);
    return config("{'format': 'csv', 'train': '%s'%s}".formatted(path, more));
  }

  private DataConfig parquet(Dataset<Row> frame, String more) {
    String path = directory.resolve("frame.parquet").toString();
    frame.write().parquet(path);
    return config("{'format': 'parquet', 'train': '%s'%s}".formatted(path, more));
  }

  private TrainingData load(DataConfig config) {
    return new Ingest(session, config, Target.CLASSES).load(1, 2);
  }

  private AbstractThrowableAssert<?, ?> error(DataConfig config) {
    return assertThatThrownBy(() -> load(config)).isInstanceOf(DataException.class);
  }

  private static List<double[]> rows(Shards shards) {
    return shards.chunks().collect().stream()
        .map(bytes -> new PackedChunk(bytes, shards.format()))
        .flatMap(
            chunk ->
                IntStream.range(0, chunk.rows())
                    .mapToObj(
                        i -> {
                          double[] row = new double[shards.format().width() + 1];
                          double[] raw = new double[shards.format().width()];
                          chunk.row(i, raw);
                          System.arraycopy(raw, 0, row, 0, raw.length);
                          row[raw.length] = chunk.label(i);
                          return row;
                        }))
        .toList();
  }

  @Test
  void columnsOfCsvWithoutAnyNumberAreCategories() throws Exception {
    DataConfig config = csv("age, job, label\n39 , clerk, yes\n50, ?, no\n 38, smith, yes\n\n", "");

    TrainingData data = load(config);

    assertThat(data.preprocessing().features())
        .containsExactly(
            Feature.Numeric.number("age"),
            new Feature.Categorical("job", List.of("?", "clerk", "smith")));
    assertThat(data.classes()).containsExactly("no", "yes");
    assertThat(data.width()).isEqualTo(4);
    assertThat(data.train().format().storage()).isEqualTo(DType.FLOAT32);
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(
            new double[] {39, 1, 1}, new double[] {50, 0, 0}, new double[] {38, 2, 1});
  }

  @Test
  void configuredCategoriesFeaturesAndClassesAreUsed() throws Exception {
    DataConfig config =
        csv(
            "1;7;a;1\n2;8;b;0\n3;7;c;0\n",
            ", 'columns': ['x', 'code', 'note', 'y'], 'delimiter': ';', 'label': 'y',"
                + " 'features': ['code', 'x'], 'categorical': ['code'],"
                + " 'classes': [['good', 1], ['bad', 0]]");

    TrainingData data = load(config);

    assertThat(data.preprocessing().features())
        .containsExactly(
            new Feature.Categorical("code", List.of("7", "8")), Feature.Numeric.number("x"));
    assertThat(data.classes()).containsExactly("good", "bad");
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(
            new double[] {0, 1, 0}, new double[] {1, 2, 1}, new double[] {0, 3, 1});
  }

  @Test
  void aNumberIsTheTargetOfARegression() throws Exception {
    DataConfig config = csv("x,label\n1,2.5\n2,-1\n", "");

    TrainingData data = new Ingest(session, config, Target.NUMBER).load(1, 1);

    assertThat(data.classes()).isEmpty();
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(new double[] {1, 2.5}, new double[] {2, -1});
  }

  @Test
  void missingNumbersAreNamedWithColumnAndRow() throws Exception {
    DataConfig config = csv("age,job,label\n39,clerk,yes\n,smith,no\n38,clerk,no\n", "");

    error(config)
        .hasMessage(
            "data.train: column 'age' expects a number, got a missing value"
                + " in row {age=, job=smith, label=no}"
                + CURE);
  }

  @Test
  void aWordAmongNumbersIsNamedWithColumnAndRow() throws Exception {
    DataConfig config = csv("age,job,label\n39,clerk,yes\nold,smith,no\n39,clerk,no\n", "");

    error(config)
        .hasMessage(
            "data.train: column 'age' expects a number in each row as in others, such as 39,"
                + " got 'old' in row {age=old, job=smith, label=no};"
                + " correct or leave out such rows, or list the categories with data.categorical");
  }

  @Test
  void aWordInAColumnOfNumbersByConfigurationIsRefused() throws Exception {
    DataConfig config =
        csv("age,job,label\n39,clerk,yes\nold,smith,no\n", ", 'categorical': ['job']");

    error(config)
        .hasMessage(
            "data.train: column 'age' expects a number, got 'old'"
                + " in row {age=old, job=smith, label=no}"
                + CURE);
  }

  @Test
  void numbersBeyondFloat32AreRefused() throws Exception {
    error(csv("x,label\n1,yes\n1e39,no\n", ""))
        .hasMessage(
            "data.train: column 'x' expects a finite number of float32, got 1e39"
                + " in row {x=1e39, label=no}"
                + CURE);
  }

  @Test
  void aTargetThatIsNoNumberIsRefused() throws Exception {
    DataConfig config = csv("x,label\n1,2.5\n2,high\n", "");

    assertThatThrownBy(() -> new Ingest(session, config, Target.NUMBER).load(1, 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: column 'label' expects a number, got 'high' in row {x=2, label=high}"
                + CURE);
  }

  @Test
  void aLineOfTooFewOrTooManyValuesIsShown() throws Exception {
    String cure =
        "; correct or leave out such lines, or see data.delimiter, data.quote, data.header and"
            + " data.columns";
    error(csv("a,b,label\n1,2,yes\n3,no\n", ""))
        .hasMessage("data.train: a line expects 3 values, got '3,no'" + cure);
    error(csv("a,b,label\n1,2,yes\n3,4,no,5\n", ""))
        .hasMessage("data.train: a line expects 3 values, got '3,4,no,5'" + cure);
  }

  @Test
  void labelsMustBeThereAndOfAClass() throws Exception {
    error(csv("x,label\n1,yes\n2,\n", ""))
        .hasMessage(
            "data.train: label 'label' expects a class, got a missing value"
                + " in row {x=2, label=}; correct or leave out such rows");
    error(csv("x,label\n1,yes\n2,maybe\n", ", 'classes': ['no', 'yes']"))
        .hasMessage(
            "data.train: label 'label' expects one of [no, yes], got 'maybe'"
                + " in row {x=2, label=maybe}; correct it or see data.classes");
    error(csv("x,label\n1,yes\n2,yes\n", ""))
        .hasMessage(
            "data.train: label 'label' expects at least 2 classes, got [yes]; see data.label");
  }

  @Test
  void anEmptyDataSetIsRefused() throws Exception {
    DataConfig nothing = csv("", "");
    error(nothing)
        .hasMessage("data.train: expects at least one row, got none in " + nothing.train().path());
    DataConfig header = csv("x,label\n", "");
    error(header)
        .hasMessage("data.train: expects at least one row, got none in " + header.train().path());
  }

  @Test
  void columnsThatDoNotExistAreNamedWithThoseThatDo() throws Exception {
    assertThatThrownBy(() -> load(csv("x,y\n1,2\n", "")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.label: expects columns among [x, y], got 'label'");
    assertThatThrownBy(() -> load(csv("x,label\n1,2\n", ", 'features': ['z']")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.features: expects columns among [x, label], got 'z'");
    assertThatThrownBy(() -> load(csv("x,label\n1,2\n", ", 'categorical': ['z']")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.categorical: expects columns among [x], got 'z'");
  }

  @Test
  void moreWorkersThanRowsAreRefused() throws Exception {
    DataConfig config = csv("x,label\n1,yes\n2,no\n", "");

    assertThatThrownBy(() -> new Ingest(session, config, Target.CLASSES).load(1, 8))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "cluster.logical-workers: expects at most as many logical workers as training rows, got"
                + " 8 logical workers and 2 training rows; set it to 2 or less, or give more rows");
  }

  @Test
  void aShareThatLeavesNothingToValidateIsRefused() throws Exception {
    DataConfig config = csv("x,label\n1,yes\n2,no\n", ", 'validation': 0.001");

    assertThatThrownBy(() -> load(config))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.validation: expects a share that leaves at least 1 row for validation,"
                + " got 0.001 of 2 rows; give a greater share or 0");
  }

  @Test
  void allKindsOfParquetColumnsAreRead() {
    Dataset<Row> frame =
        session.sql(
            "select * from values"
                + " (1, true, 'a', array(1.5D, 2D), X'01FF', 2.5BD, 1L),"
                + " (2, false, 'b', array(3D, 4D), X'0203', 0.5BD, 0L)"
                + " as t(i, flag, word, vector, bytes, amount, label)");

    TrainingData data = load(parquet(frame, ""));

    assertThat(data.preprocessing().features())
        .containsExactly(
            Feature.Numeric.number("i"),
            Feature.Numeric.number("flag"),
            new Feature.Categorical("word", List.of("a", "b")),
            new Feature.Numeric("vector", 2, 2),
            new Feature.Numeric("bytes", 2, 1),
            Feature.Numeric.number("amount"));
    assertThat(data.classes()).containsExactly("0", "1");
    assertThat(rows(data.train()))
        .containsExactlyInAnyOrder(
            new double[] {1, 1, 0, 1.5, 2, 1, 255, 2.5, 1},
            new double[] {2, 0, 1, 3, 4, 2, 3, 0.5, 0});
  }

  @Test
  void badValuesInParquetAreNamed() {
    Dataset<Row> frame =
        session.sql("select * from values (1D, 0), (double('NaN'), 1) as t(x, label)");
    error(parquet(frame, ""))
        .hasMessage(
            "data.train: column 'x' expects a finite number of float32, got NaN"
                + " in row {x=NaN, label=1}"
                + CURE);
  }

  @Test
  void vectorsMustBeAsLongInEachRowAndWithoutNull() {
    Dataset<Row> lengths =
        session.sql("select * from values (array(1, 2), 0), (array(1), 1) as t(x, label)");
    assertThatThrownBy(() -> new Ingest(session, parquet(lengths, ""), Target.CLASSES).load(1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "data\\.train: column 'x' expects an array of (1|2), got one of (1|2)"
                + " in row \\{x=(1|2) numbers, label=(0|1)}"
                + CURE);
  }

  @Test
  void nullInAVectorIsNamedWithItsIndex() {
    Dataset<Row> frame =
        session.sql("select * from values (array(1, 2), 0), (array(1, null), 1) as t(x, label)");
    error(parquet(frame, ""))
        .hasMessage(
            "data.train: column 'x' expects finite numbers of float32, got NaN at index 1"
                + " in row {x=2 numbers, label=1}"
                + CURE);
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    Dataset<Row> frame = session.sql("select timestamp '2020-01-01' as t, 1 as label");
    error(parquet(frame, ""))
        .hasMessage(
            "data.train: column 't' expects numbers, booleans, strings, arrays of numbers, vectors"
                + " or binary, got timestamp; leave it out with data.features");
  }

  @Test
  void testRowsUseTheVocabularyAndTheClassesOfTheModel() throws Exception {
    String test =
        Fixtures.write(directory, "test.csv", "job,label,age\nsmith,no.,1\nking,yes.,2\n");
    DataConfig config =
        csv(
            "age,job,label\n39,clerk,yes\n50,smith,no\n",
            ", 'test': '%s', 'classes': [['no', 'no.'], ['yes', 'yes.']]".formatted(test));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);
    TrainingData data = ingest.load(1, 2);
    Preprocessing preprocessing = data.preprocessing();

    Shards shards = ingest.test(1, 2, preprocessing, data.classes());
    EncodedRows encoded = ingest.encode(preprocessing, data.classes());

    double[][] expected = {{1, 1, 0}, {2, -1, 1}};
    assertThat(rows(shards)).containsExactlyInAnyOrder(expected);
    assertThat(shards.total()).isEqualTo(2);
    assertThat(rows(new Shards(encoded.chunks(), List.of(2L), encoded.format())))
        .containsExactly(expected);
  }

  @Test
  void testRowsOfAnUnknownClassOrWithoutAColumnAreRefused() throws Exception {
    String test = Fixtures.write(directory, "test.csv", "age,label\n1,maybe\n");
    DataConfig config =
        csv("age,job,label\n39,clerk,yes\n50,smith,no\n", ", 'test': '%s'".formatted(test));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);
    List<String> classes = List.of("no", "yes");
    List<Feature> features =
        List.of(Feature.Numeric.number("age"), new Feature.Categorical("job", List.of("clerk")));

    assertThatThrownBy(() -> ingest.test(1, 1, Preprocessing.identity(features), classes))
        .isInstanceOf(DataException.class)
        .hasMessage("data.test: expects a column 'job', got the columns [age, label]");
    assertThatThrownBy(
            () -> ingest.test(1, 1, Preprocessing.identity(features.subList(0, 1)), classes))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.test: label 'label' expects one of [no, yes], got 'maybe'"
                + " in row {age=1, label=maybe}; correct it or see data.classes");
  }
}
