package io.sparrowml.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparrowml.config.ConfigException;
import io.sparrowml.data.Feature;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.Scaling;
import io.sparrowml.initializer.HeNormal;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Relu;
import io.sparrowml.loss.BinaryCrossEntropy;
import io.sparrowml.loss.Loss;
import io.sparrowml.loss.MeanSquaredError;
import io.sparrowml.loss.SoftmaxCrossEntropy;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.ModelException;
import io.sparrowml.model.Network;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ScoringTest {
  private static final int ROWS = 1000;
  private static final List<Feature> FEATURES =
      List.of(
          Feature.Numeric.number("height"),
          Feature.Numeric.number("weight"),
          new Feature.Categorical("colour", List.of("blue", "red")));

  private static SparkSession spark;

  @TempDir private java.nio.file.Path directory;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SavedModel model(Loss loss, int units, List<String> classes) {
    Network network =
        new Network(
            Shape.of(4), List.of(new Dense(8, new Relu(), new HeNormal()), new Dense(units)));
    Model model = new Model(network, Preprocessing.identity(FEATURES), loss, "label", classes);
    Layout layout = Layout.of(network);
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Tensor flat =
          new Tensor(DType.FLOAT32, Shape.of(layout.size()), arena.allocate(layout.size() * 4L));
      layout.initialize(flat, 7);
      return SavedModel.of(model, new Weights(layout, flat));
    }
  }

  private static Dataset<Row> people() {
    List<Row> rows = new ArrayList<>();
    RandomKey key = RandomKey.of(5);
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          RowFactory.create(
              (long) i,
              key.normal(i),
              (float) key.with(1).normal(i),
              i % 3 == 0 ? "red" : i % 3 == 1 ? "blue" : "green"));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("height", DataTypes.DoubleType)
            .add("weight", DataTypes.FloatType)
            .add("colour", DataTypes.StringType);
    return spark.createDataFrame(rows, schema);
  }

  private static Map<Long, String> scored(SavedModel model, Dataset<Row> rows) {
    Map<Long, String> results = new TreeMap<>();
    for (Row row : Scoring.score(model, rows).collectAsList()) {
      results.put(row.getLong(0), row.toString());
    }
    return results;
  }

  @Test
  void rowsAreScoredAlikeHoweverTheyArePartitioned() {
    SavedModel model = model(new SoftmaxCrossEntropy(), 3, List.of("a", "b", "c"));

    Map<Long, String> one = scored(model, people().repartition(1));
    Map<Long, String> seven = scored(model, people().repartition(7));

    assertThat(one).hasSize(ROWS);
    assertThat(seven).isEqualTo(one);
  }

  @Test
  void probabilitiesSumToOneAndTheLargestIsPredicted() {
    Dataset<Row> scored =
        Scoring.score(model(new SoftmaxCrossEntropy(), 3, List.of("a", "b", "c")), people());

    assertThat(scored.columns())
        .containsExactly("id", "height", "weight", "colour", "prediction", "probability");
    for (Row row : scored.collectAsList()) {
      List<Double> probabilities = row.getList(5);
      assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-6));
      double largest = probabilities.get(List.of("a", "b", "c").indexOf(row.getString(4)));
      assertThat(probabilities).allMatch(p -> p <= largest);
    }
  }

  @Test
  void oneOutputGivesTheProbabilitiesOfTwoClasses() {
    for (Row row :
        Scoring.score(model(new BinaryCrossEntropy(), 1, List.of("no", "yes")), people())
            .collectAsList()) {
      List<Double> probabilities = row.getList(5);
      assertThat(probabilities.get(0) + probabilities.get(1)).isCloseTo(1, within(1e-12));
      assertThat(row.getString(4)).isEqualTo(probabilities.get(1) > 0.5 ? "yes" : "no");
    }
  }

  @Test
  void aModelOfNumbersAddsANumber() {
    Dataset<Row> scored = Scoring.score(model(new MeanSquaredError(), 1, List.of()), people());

    assertThat(scored.columns()).containsExactly("id", "height", "weight", "colour", "prediction");
    assertThat(scored.schema().apply("prediction").dataType()).isEqualTo(DataTypes.DoubleType);
  }

  @Test
  void aColumnThatIsThereAlreadyIsNotOverwritten() {
    SavedModel model = model(new MeanSquaredError(), 1, List.of());

    assertThatThrownBy(() -> Scoring.score(model, people().withColumnRenamed("id", "prediction")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "score: the input expects no column 'prediction', got columns [prediction, height, weight, colour]; rename it");
  }

  /**
   * Columns of many types, numbers among them that are missing, written to a file and read back.
   */
  private Dataset<Row> table(String format) {
    String path = directory.resolve(format).toString();
    people()
        .selectExpr(
            "id",
            "if(id % 7 = 0, null, height) as height",
            "weight",
            "if(id % 5 = 0, null, colour) as colour",
            "if(id % 2 = 0, null, named_struct('a', id, 'b', colour)) as nested",
            "array(colour, null) as texts",
            "map('k', height) as numbers",
            "cast(height as decimal(10,3)) as exact",
            "timestamp_seconds(id) as time",
            "date_from_unix_date(cast(id as int)) as day",
            "encode(colour, 'utf-8') as bytes",
            "cast(null as string) as nothing")
        .write()
        .format(format)
        .save(path);
    return spark.read().format(format).load(path);
  }

  /** A model that fills in missing heights. */
  private static SavedModel filling() {
    SavedModel plain = model(new SoftmaxCrossEntropy(), 3, List.of("a", "b", "c"));
    Model model = plain.model();
    List<Scaling> scaling =
        List.of(
            new Scaling(List.of(0f), List.of(1f), 0.5f), Scaling.identity(1), Scaling.identity(1));
    Model filling =
        new Model(
            model.network(),
            new Preprocessing(FEATURES, scaling, null),
            model.loss(),
            "label",
            model.classes());
    try (Arena arena = Arena.root("test", 1 << 20)) {
      return SavedModel.of(filling, plain.open(arena));
    }
  }

  @Test
  void columnarFilesAndRowsAreScoredAlike() {
    SavedModel model = filling();
    Dataset<Row> parquet = table("parquet").drop("bytes");
    Map<Long, String> columnar = scored(model, parquet);
    Dataset<Row> rows = spark.createDataFrame(parquet.collectAsList(), parquet.schema());

    assertThat(columnar).hasSize(ROWS).isEqualTo(scored(model, rows));
    assertThat(scored(model, table("orc").drop("bytes"))).isEqualTo(columnar);
    spark.conf().set("spark.sql.parquet.enableVectorizedReader", "false");
    try {
      assertThat(scored(model, parquet)).isEqualTo(columnar);
    } finally {
      spark.conf().unset("spark.sql.parquet.enableVectorizedReader");
    }
  }

  @Test
  void theColumnsOfTheInputStayAsTheyAre() {
    Dataset<Row> table = table("parquet").coalesce(1);
    Dataset<Row> scored = Scoring.score(filling(), table);

    assertThat(scored.drop("prediction", "probability").collectAsList())
        .isEqualTo(table.collectAsList());
    assertThat(scored.schema())
        .isEqualTo(
            table
                .schema()
                .add("prediction", DataTypes.StringType, false)
                .add("probability", DataTypes.createArrayType(DataTypes.DoubleType, false), false));
  }

  @Test
  void whatIsScoredIsAFrameLikeOthers() {
    Dataset<Row> input =
        table("parquet").drop("numbers").withColumnRenamed("exact", "with a.dot").repartition(3);
    Dataset<Row> scored = Scoring.score(filling(), input);

    Dataset<Row> counts = scored.filter("id < 100").groupBy("prediction").count();
    Dataset<Row> twice = scored.as("a").join(scored.as("b"), "id").where("a.day < '1970-04-11'");
    Dataset<Row> again =
        Scoring.score(filling(), scored.drop("probability").withColumnRenamed("prediction", "p"));

    assertThat(counts.selectExpr("sum(count)").first().getLong(0)).isEqualTo(100);
    assertThat(twice.count()).isEqualTo(100);
    assertThat(twice.filter("a.prediction <=> b.prediction").count()).isEqualTo(100);
    assertThat(again.filter("p = prediction").count()).isEqualTo(ROWS);
    Dataset<Row> kept = scored.drop("prediction", "probability").cache();
    assertThat(Scoring.score(filling(), kept).except(scored).count()).isZero();
    assertThat(scored.select("prediction").limit(3).collectAsList()).hasSize(3);
  }

  @Test
  void aStreamIsScoredAsATableIs() throws Exception {
    SavedModel model = filling();
    Dataset<Row> table = table("parquet").drop("bytes");
    Dataset<Row> stream =
        spark.readStream().schema(table.schema()).parquet(directory.resolve("parquet").toString());

    Scoring.score(model, stream)
        .writeStream()
        .format("memory")
        .queryName("scored")
        .option("checkpointLocation", directory.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();

    Map<Long, String> streamed = new TreeMap<>();
    spark
        .table("scored")
        .collectAsList()
        .forEach(row -> streamed.put(row.getLong(0), row.toString()));
    assertThat(streamed).isEqualTo(scored(model, table));
  }

  @Test
  void nothingIsScoredBeforeItIsAskedFor() {
    Dataset<Row> broken = people().selectExpr("*", "raise_error('read') as bad").orderBy("id");

    Dataset<Row> scored = Scoring.score(filling(), broken);

    assertThatThrownBy(scored::count).hasStackTraceContaining("read");
  }

  @Test
  void aBadValueIsToldWithItsRow() {
    Dataset<Row> input =
        people().selectExpr("id", "if(id = 3, null, height) as height", "weight", "colour");

    assertThatThrownBy(
            () -> Scoring.score(model(new MeanSquaredError(), 1, List.of()), input).collectAsList())
        .hasStackTraceContaining(
            "input: column 'height' expects a number, got a missing value in row {height=, weight=");
  }

  @Test
  void savedModelsReadBack() throws Exception {
    SavedModel model = model(new MeanSquaredError(), 1, List.of());
    Path path = new Path(directory.resolve("model").toUri());
    model.save(path, new Configuration());

    SavedModel loaded = SavedModel.load(path, new Configuration());

    assertThat(loaded.model()).isEqualTo(model.model());
    assertThat(loaded.sha256()).isEqualTo(model.sha256());
    assertThat(scored(loaded, people())).isEqualTo(scored(model, people()));
  }

  @Test
  void aModelCutShortIsRefused() throws Exception {
    SavedModel model = model(new MeanSquaredError(), 1, List.of());
    Path path = new Path(directory.resolve("model").toUri());
    model.save(path, new Configuration());
    java.nio.file.Path weights = directory.resolve("model/weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.delete(directory.resolve("model/.weights.safetensors.crc"));
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 3));

    assertThatThrownBy(
            () -> {
              try (Arena arena = Arena.root("test", 1 << 20)) {
                SavedModel.load(path, new Configuration()).open(arena);
              }
            })
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith(
            "weights.safetensors: safetensors expects a whole file, got one cut short or damaged");
    assertThatThrownBy(() -> SavedModel.load(new Path("/nowhere"), new Configuration()))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "/nowhere: a model expects network.json and weights.safetensors, got no network.json");
  }
}
