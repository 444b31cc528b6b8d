package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.data.Feature;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reads public data sets; skipped where {@code SPARROW_DATA} does not say where they are. */
@Tag("slow")
@ExtendWith(SharedSpark.class)
class RealDataTest {
  private final SparkSession session;

  RealDataTest(SparkSession session) {
    this.session = session;
  }

  private static Map<Integer, Integer> labels(Shards shards) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (byte[] bytes : shards.chunks().collect()) {
      PackedChunk chunk = new PackedChunk(bytes, shards.format());
      for (int i = 0; i < chunk.rows(); i++) {
        counts.merge((int) chunk.label(i), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Test
  void fashionMnistHasItsCounts() {
    String directory = Fixtures.data() + "/fashion-mnist/";
    DataConfig config =
        config(
            """
            {'format': 'idx',
             'train': {'images': '%1$strain-images-idx3-ubyte.gz', 'labels': '%1$strain-labels-idx1-ubyte.gz'},
             'test': {'images': '%1$st10k-images-idx3-ubyte.gz', 'labels': '%1$st10k-labels-idx1-ubyte.gz'}}
            """
                .formatted(directory));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    TrainingData data = ingest.load(42, 8);
    Shards test = ingest.test(42, 8, data.preprocessing(), data.classes());

    assertThat(data.width()).isEqualTo(784);
    assertThat(data.train().total()).isEqualTo(60_000);
    assertThat(test.total()).isEqualTo(10_000);
    assertThat(labels(data.train()))
        .hasSize(10)
        .allSatisfy((k, n) -> assertThat(n).isEqualTo(6000));
    assertThat(labels(test)).hasSize(10).allSatisfy((k, n) -> assertThat(n).isEqualTo(1000));
    // The mean of the pixels, 0.2860 of 255, is well known.
    assertThat(data.preprocessing().scaling().get(0).shift().get(0) / 255)
        .isBetween(0.2860f, 0.2861f);
    assertThat(255 * data.preprocessing().scaling().get(0).scale().get(0))
        .isBetween(1 / 0.3531f, 1 / 0.3529f);
    data.unpersist();
    test.unpersist();
  }

  @Test
  void cifarHasItsCounts() {
    String directory = Fixtures.data() + "/cifar10/";
    DataConfig config =
        config(
            "{'format': 'cifar10', 'train': '%1$sdata_batch_*', 'test': '%1$stest_batch*'}"
                .formatted(directory));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    TrainingData data = ingest.load(42, 8);
    Shards test = ingest.test(42, 8, data.preprocessing(), data.classes());

    assertThat(labels(data.train()).values())
        .containsExactly(1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981);
    assertThat(labels(test).values())
        .containsExactly(196, 198, 195, 199, 198, 185, 216, 193, 217, 203);
    // The means of red, green and blue in the whole training set, which are well known.
    float[] known = {125.3f, 123.0f, 113.9f};
    for (int channel = 0; channel < 3; channel++) {
      assertThat(data.preprocessing().scaling().get(0).shift().get(channel))
          .isBetween(known[channel] - 1, known[channel] + 1);
    }
    data.unpersist();
    test.unpersist();
  }

  @Test
  void messagesHaveTheirCountsAndWords() {
    DataConfig config =
        config(
            """
            {'format': 'csv', 'train': '%s/text/sms-spam.tsv', 'columns': ['label', 'message'],
             'delimiter': '\\t', 'quote': '',
             'text': {'message': {'vocabulary': 5000, 'length': 40}}}
            """
                .formatted(Fixtures.data()));

    TrainingData data = new Ingest(session, config, Target.CLASSES).load(42, 8);

    assertThat(data.classes()).containsExactly("ham", "spam");
    assertThat(labels(data.train())).containsEntry(0, 4827).containsEntry(1, 747);
    Feature.Text text = (Feature.Text) data.preprocessing().features().get(0);
    assertThat(text.ids()).isEqualTo(5000);
    assertThat(text.vocabulary()).startsWith(".", "i", "to");
    data.unpersist();
  }

  @Test
  void shakespeareHasItsCharacters() {
    DataConfig config =
        config(
            "{'format': 'text', 'train': '%s/text/tinyshakespeare.txt', 'window': {'context': 64}, 'validation': 0.1}"
                .formatted(Fixtures.data()));

    TrainingData data = new Ingest(session, config, Target.CLASSES).load(42, 8);

    assertThat(data.classes()).hasSize(65).startsWith("\n", " ", "!", "$").endsWith("y", "z");
    assertThat(data.train().total() + Objects.requireNonNull(data.validation()).total())
        .isEqualTo((1_115_394 - 1) / 64);
    data.unpersist();
  }

  @Test
  void housesHaveTheirMissingNumbersFilledIn() {
    DataConfig config =
        config(
            """
            {'format': 'csv', 'train': '%s/tabular/california-housing.csv',
             'label': 'median_house_value', 'fill-missing': 'median', 'normalize-label': 'standard'}
            """
                .formatted(Fixtures.data()));

    TrainingData data = new Ingest(session, config, Target.NUMBER).load(42, 8);

    assertThat(data.train().total()).isEqualTo(20_640);
    assertThat(data.width()).isEqualTo(8 + 5);
    // Both well known: the median of total_bedrooms, and the mean of the target.
    assertThat(data.preprocessing().scaling().get(4).fill()).isEqualTo(435f);
    assertThat(Objects.requireNonNull(data.preprocessing().label()).shift().get(0))
        .isBetween(206_855f, 206_856f);
    data.unpersist();
  }

  @Test
  void mushroomsHaveTheirCounts() {
    String directory = Fixtures.data() + "/tabular/";
    DataConfig config =
        config(
            "{'format': 'libsvm', 'train': '%1$sagaricus.txt.train', 'test': '%1$sagaricus.txt.test'}"
                .formatted(directory));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    TrainingData data = ingest.load(42, 8);
    Shards test = ingest.test(42, 8, data.preprocessing(), data.classes());

    assertThat(data.width()).isEqualTo(126);
    assertThat(data.train().total()).isEqualTo(6513);
    assertThat(test.total()).isEqualTo(1611);
    data.unpersist();
    test.unpersist();
  }

  @Test
  void adultHasItsCounts() {
    String directory = Fixtures.data() + "/tabular/";
    DataConfig config =
        config(
            """
            {'format': 'csv', 'train': '%1$sadult-train.csv', 'test': '%1$sadult-test.csv',
             'columns': ['age', 'workclass', 'fnlwgt', 'education', 'education-num', 'marital-status',
               'occupation', 'relationship', 'race', 'sex', 'capital-gain', 'capital-loss',
               'hours-per-week', 'native-country', 'income'],
             'label': 'income', 'classes': [['<=50K', '<=50K.'], ['>50K', '>50K.']]}
            """
                .formatted(directory));
    Ingest ingest = new Ingest(session, config, Target.CLASSES);

    TrainingData data = ingest.load(42, 8);
    Shards test = ingest.test(42, 8, data.preprocessing(), data.classes());

    assertThat(data.train().total()).isEqualTo(32_561);
    assertThat(test.total()).isEqualTo(16_281);
    assertThat(labels(data.train())).containsEntry(0, 24_720).containsEntry(1, 7_841).hasSize(2);
    assertThat(labels(test)).containsEntry(0, 12_435).containsEntry(1, 3_846).hasSize(2);
    assertThat(
            data.preprocessing().features().stream()
                .filter(f -> f instanceof Feature.Categorical)
                .map(Feature::name))
        .containsExactly(
            "workclass",
            "education",
            "marital-status",
            "occupation",
            "relationship",
            "race",
            "sex",
            "native-country");
    assertThat(data.width()).isEqualTo(6 + 102);
    data.unpersist();
    test.unpersist();
  }
}
