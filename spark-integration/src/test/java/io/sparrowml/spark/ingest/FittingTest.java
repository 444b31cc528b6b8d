package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Rows;
import io.sparrowml.data.Scaling;
import io.sparrowml.memory.Arena;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class FittingTest {
  private static final String TABLE = "a,b,label\n1,?,10\n2,5,20\n?,7,60\n9,,30\n3,6,30\n";

  private final SparkSession session;
  @TempDir Path directory;

  FittingTest(SparkSession session) {
    this.session = session;
  }

  private TrainingData load(String text, String more) throws Exception {
    String path = Fixtures.write(directory, "train.csv", text);
    DataConfig config = config("{'format': 'csv', 'train': '%s'%s}".formatted(path, more));
    return new Ingest(session, config, Target.NUMBER).load(1, 2);
  }

  private static List<Float> fills(TrainingData data) {
    return data.preprocessing().scaling().stream().map(Scaling::fill).toList();
  }

  @Test
  void missingNumbersBecomeTheMeanTheMedianOrANumber() throws Exception {
    assertThat(fills(load(TABLE, ", 'fill-missing': 'mean'"))).containsExactly(3.75f, 6f);
    assertThat(fills(load(TABLE, ", 'fill-missing': 'median'"))).containsExactly(2.5f, 6f);
    assertThat(fills(load(TABLE, ", 'fill-missing': -1"))).containsExactly(-1f, -1f);
  }

  @Test
  void scalingIsFittedOnTheNumbersThatAreThere() throws Exception {
    Preprocessing preprocessing =
        load(TABLE, ", 'fill-missing': 0, 'normalize': 'min-max'").preprocessing();

    assertThat(preprocessing.scaling())
        .containsExactly(
            new Scaling(List.of(1f), List.of(0.125f), 0f),
            new Scaling(List.of(5f), List.of(0.5f), 0f));
  }

  @Test
  void rowsToScoreMayMissNumbersWhereTheyAreFilledIn() {
    Dataset<Row> frame = session.sql("select cast(null as double) as a, double('NaN') as b");
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(
                io.sparrowml.data.Feature.Numeric.number("a"),
                io.sparrowml.data.Feature.Numeric.number("b")),
            List.of(
                new Scaling(List.of(0f), List.of(1f), 5f),
                new Scaling(List.of(0f), List.of(1f), 6f)));
    ScoringEncoder encoder = new ScoringEncoder(preprocessing, frame.schema());
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Rows rows = Rows.allocate(arena, encoder.format(), 1);

      encoder.encode(Fixtures.internal(frame), rows, 0);

      assertThat(rows.features().toFloats()).containsExactly(Float.NaN, Float.NaN);
    }
  }

  @Test
  void aColumnWithoutNumbersCannotBeFilledIn() throws Exception {
    Dataset<Row> frame =
        session.sql(
            "select * from values (cast(null as double), 1), (null, 2), (null, 3) as t(x, label)");
    String path = directory.resolve("frame.parquet").toString();
    frame.write().parquet(path);
    DataConfig config =
        config("{'format': 'parquet', 'train': '%s', 'fill-missing': 'mean'}".formatted(path));

    assertThatThrownBy(() -> new Ingest(session, config, Target.NUMBER).load(1, 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: column 'x' expects at least one number in the training rows, got none;"
                + " leave it out with data.features");
  }

  @Test
  void aMissingLabelIsNeverFilledIn() {
    assertThatThrownBy(() -> load("a,label\n1,2\n2,?\n", ", 'fill-missing': 'mean'"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "data.train: column 'label' expects a number, got a missing value '?' in row {a=2,"
                + " label=?}");
  }

  @Test
  void labelsAreScaledAsTheTrainingRowsAre() throws Exception {
    TrainingData data = load(TABLE, ", 'fill-missing': 0, 'normalize-label': 'min-max'");

    assertThat(data.preprocessing().label()).isEqualTo(new Scaling(List.of(10f), List.of(0.02f)));
    assertThat(load(TABLE, ", 'fill-missing': 0").preprocessing().label()).isNull();
  }

  @Test
  void labelsThatAreClassesAreNotScaled() throws Exception {
    String path = Fixtures.write(directory, "train.csv", "a,label\n1,yes\n2,no\n");
    DataConfig config =
        config("{'format': 'csv', 'train': '%s', 'normalize-label': 'standard'}".formatted(path));

    assertThatThrownBy(() -> new Ingest(session, config, Target.CLASSES).load(1, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.normalize-label: expects a loss of numbers, got one of classes; leave it out");
  }

  @Test
  void weightsStandBesideTheirRows() throws Exception {
    TrainingData data = load("a,w,label\n1,0.5,10\n2,2,20\n3,0,30\n", ", 'weight': 'w'");

    assertThat(data.width()).isEqualTo(1);
    assertThat(data.train().format().weighted()).isTrue();
    double[] row = new double[1];
    for (byte[] bytes : data.train().chunks().collect()) {
      PackedChunk chunk = new PackedChunk(bytes, data.train().format());
      for (int i = 0; i < chunk.rows(); i++) {
        chunk.row(i, row);
        assertThat(chunk.weight(i)).isEqualTo(row[0] == 1 ? 0.5f : row[0] == 2 ? 2f : 0f);
        assertThat(chunk.label(i)).isEqualTo((float) (10 * row[0]));
      }
    }
  }

  @Test
  void weightsAreNumbersOfAtLeast0() {
    String cure = "; correct or leave out such rows, or leave out the column with data.features";
    assertThatThrownBy(() -> load("a,w,label\n1,-2,10\n2,2,20\n", ", 'weight': 'w'"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: column 'w' expects a weight of at least 0, got -2 in row {a=1, label=10,"
                + " w=-2}"
                + cure);
    assertThatThrownBy(() -> load("a,w,label\n1,,10\n2,2,20\n", ", 'weight': 'w'"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "data.train: column 'w' expects a number, got a missing value in row {a=1, label=10,"
                + " w=}"
                + cure);
    assertThatThrownBy(() -> load("a,label\n1,10\n2,20\n", ", 'weight': 'w'"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("data.weight: expects columns among [a, label], got 'w'");
  }
}
