package io.sparrowml.spark.ingest;

import static io.sparrowml.spark.ingest.Fixtures.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.data.Feature;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@ExtendWith(SharedSpark.class)
class LibsvmTest {
  private final SparkSession session;
  @TempDir Path directory;

  LibsvmTest(SparkSession session) {
    this.session = session;
  }

  private TrainingData load(String text) throws Exception {
    String path = Fixtures.write(directory, "train.svm", text);
    DataConfig config = config("{'format': 'libsvm', 'train': '%s'}".formatted(path));
    return new Ingest(session, config, Target.CLASSES).load(1, 1);
  }

  private AbstractThrowableAssert<?, ?> error(String text) {
    return assertThatThrownBy(() -> load(text)).isInstanceOf(DataException.class);
  }

  @Test
  void sparseRowsBecomeDense() throws Exception {
    TrainingData data = load("# a comment\n1 2:0.5 4:-1\n\n0 # nothing\n");

    assertThat(data.preprocessing().features())
        .containsExactly(new Feature.Numeric("features", 4, 4));
    assertThat(data.classes()).containsExactly("0", "1");
    PackedChunk chunk = new PackedChunk(data.train().chunks().first(), data.train().format());
    double[] row = new double[4];
    chunk.row(chunk.label(0) == 1 ? 0 : 1, row);
    assertThat(row).containsExactly(0, 0.5, 0, -1);
    assertThat(chunk.rows()).isEqualTo(2);
  }

  @Test
  void brokenLinesAreShown() {
    String index = "data.train: a line expects index:value with a whole index of 1 to 1,000,000";
    error("1 1:2\n0 qid:3\n").hasMessage(index + ", got 'qid:3' in '0 qid:3'");
    error("1 1:2\n0 0:3\n").hasMessage(index + ", got '0:3' in '0 0:3'");
    error("1 1:2\n0 7\n").hasMessage(index + ", got '7' in '0 7'");
    error("1 1:2\n0 2:1 1:3\n0 3:1")
        .hasMessage(
            "data.train: a line expects indices that ascend and are at most 3, got '1:3' in '0 2:1"
                + " 1:3'");
    error("1 1:2\n0 2:x\n")
        .hasMessage("data.train: a line expects finite numbers of float32, got '2:x' in '0 2:x'");
    error("1\n0\n")
        .hasMessage(
            "data.train: expects at least one index:value, got none in "
                + directory.resolve("train.svm"));
  }
}
