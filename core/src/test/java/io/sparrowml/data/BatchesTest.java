package io.sparrowml.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesTest {
  private final Arena arena = Arena.root("test", 1 << 20);

  @AfterEach
  void close() {
    arena.close();
  }

  private Tensor tensor(DType dtype, int... dims) {
    Shape shape = Shape.of(dims);
    return new Tensor(dtype, shape, arena.allocate(shape.size() * dtype.bytes()));
  }

  @Test
  void pixelsAreScaledByChannel() {
    Rows rows =
        new Rows(
            tensor(DType.UINT8, 3, 4).set(0, 1, 2, 3, 4, 5, 6, 7, 252, 253, 254, 255),
            tensor(DType.FLOAT32, 3).set(7, 8, 9));
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(new Feature.Numeric("image", 4, 2)),
            List.of(new Scaling(List.of(0f, 1f), List.of(0.5f, 2f))));
    Batches batches = new Batches(preprocessing, rows.format());
    Tensor inputs = tensor(DType.FLOAT32, 2, 2, 2);
    Tensor targets = tensor(DType.FLOAT32, 2);
    int[] index = {1, 2, 0};

    batches.inputs(rows, index, 1, 2, inputs);
    batches.targets(rows, index, 1, 2, targets);

    assertThat(inputs.toFloats()).containsExactly(126, 504, 127, 508, 0, 0, 1, 4);
    assertThat(targets.toFloats()).containsExactly(9, 7);
  }

  /** Few channels are looked up in a table, more are computed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void bytesOfAnyNumberOfChannelsAreScaledAlike(int channels) {
    double[] bytes = new double[256];
    List<Float> shift = new ArrayList<>();
    List<Float> scale = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      shift.add(127.3f + c);
      scale.add(1 / (0.7f + c));
    }
    float[] expected = new float[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = 255 - i;
      expected[i] = (255 - i - shift.get(i % channels)) * scale.get(i % channels);
    }
    Rows rows = new Rows(tensor(DType.UINT8, 1, 256).set(bytes), tensor(DType.FLOAT32, 1).set(0));
    Batches batches =
        new Batches(
            new Preprocessing(
                List.of(new Feature.Numeric("image", 256, channels)),
                List.of(new Scaling(shift, scale))),
            rows.format());
    Tensor inputs = tensor(DType.FLOAT32, 1, 256);

    batches.inputs(rows, new int[] {0}, 0, 1, inputs);

    assertThat(inputs.toFloats()).containsExactly(expected);
  }

  @Test
  void categoriesBecomeOneHotAndUnseenOnesNothing() {
    Rows rows =
        new Rows(
            tensor(DType.FLOAT32, 2, 3).set(10, 2, -5, 20, -1, 5),
            tensor(DType.FLOAT32, 2).set(0, 1));
    Preprocessing preprocessing =
        new Preprocessing(
            List.of(
                Feature.Numeric.number("a"),
                new Feature.Categorical("b", List.of("x", "y", "z")),
                Feature.Numeric.number("c")),
            List.of(
                new Scaling(List.of(10f), List.of(0.1f)),
                Scaling.identity(1),
                Scaling.identity(1)));
    Tensor inputs = tensor(DType.FLOAT32, 2, 5);

    new Batches(preprocessing, rows.format()).inputs(rows, new int[] {0, 1}, 0, 2, inputs);

    assertThat(inputs.toFloats()).containsExactly(0, 0, 0, 1, -5, 1, 0, 0, 0, 5);
  }

  @Test
  void missingNumbersAreFilledInBeforeTheyAreScaled() {
    Rows rows =
        new Rows(
            tensor(DType.FLOAT32, 2, 2).set(Double.NaN, 3, 4, Double.NaN),
            tensor(DType.FLOAT32, 2).set(0, 1));
    Preprocessing preprocessing =
        Preprocessing.fit(
                List.of(Feature.Numeric.number("a"), Feature.Numeric.number("b")),
                Normalize.NONE,
                new Statistics(2))
            .filling(new float[] {7, -1});
    Tensor inputs = tensor(DType.FLOAT32, 2, 2);

    new Batches(preprocessing, rows.format()).inputs(rows, new int[] {0, 1}, 0, 2, inputs);

    assertThat(inputs.toFloats()).containsExactly(7, 3, 4, -1);
  }

  @Test
  void sequencesOfLabelsAndWeightsFollowTheirRows() {
    Rows rows =
        new Rows(
            tensor(DType.FLOAT32, 3, 1).set(0, 1, 2),
            tensor(DType.FLOAT32, 3, 2).set(1, 2, 3, 4, 5, 6),
            tensor(DType.FLOAT32, 3).set(0.5, 1, 2));
    Preprocessing preprocessing = Preprocessing.identity(List.of(Feature.Numeric.number("a")));
    Batches batches = new Batches(preprocessing, rows.format());
    Tensor targets = tensor(DType.FLOAT32, 2, 2);
    Tensor weights = tensor(DType.FLOAT32, 2);

    batches.targets(rows, new int[] {2, 0}, 0, 2, targets);
    batches.weights(rows, new int[] {2, 0}, 0, 2, weights);

    assertThat(batches.weighted()).isTrue();
    assertThat(rows.format()).isEqualTo(new RowFormat(DType.FLOAT32, 1, Shape.of(2), true));
    assertThat(rows.part(1, 2).format()).isEqualTo(rows.format());
    assertThat(targets.toFloats()).containsExactly(5, 6, 1, 2);
    assertThat(weights.toFloats()).containsExactly(2, 0.5f);
  }

  @Test
  void labelsAreScaledAndTakenBack() {
    Rows rows =
        new Rows(
            tensor(DType.FLOAT32, 2, 1).set(0, 1), tensor(DType.FLOAT32, 2).set(100_000, 500_000));
    Statistics labels = new Statistics(1);
    labels.add(new double[] {100_000});
    labels.add(new double[] {500_000});
    Preprocessing preprocessing =
        Preprocessing.identity(List.of(Feature.Numeric.number("a")))
            .scalingLabels(Normalize.STANDARD, labels.summary(0));
    Tensor targets = tensor(DType.FLOAT32, 2);
    Tensor back = tensor(DType.FLOAT32, 2);

    new Batches(preprocessing, rows.format()).targets(rows, new int[] {0, 1}, 0, 2, targets);
    Objects.requireNonNull(preprocessing.label()).undo(targets, back);

    assertThat(targets.toFloats()).containsExactly(-1, 1);
    assertThat(back.toFloats()).containsExactly(100_000, 500_000);
  }

  @Test
  void rowsOrRoomOfAnotherSizeAreRefused() {
    Preprocessing one = Preprocessing.identity(List.of(Feature.Numeric.number("a")));
    RowFormat format = new RowFormat(DType.FLOAT32, 1);
    Rows rows = new Rows(tensor(DType.FLOAT32, 4, 1), tensor(DType.FLOAT32, 4));
    Tensor small = tensor(DType.FLOAT32, 2, 1);

    assertThatThrownBy(() -> new Batches(one, format).inputs(rows, new int[4], 0, 3, small))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "inputs expects rows of RowFormat[storage=FLOAT32, width=1, target=[], weighted=false]"
                + " and room for [3, 1], got RowFormat[storage=FLOAT32, width=1, target=[],"
                + " weighted=false] and [2, 1]");
    assertThatThrownBy(() -> new Batches(one, new RowFormat(DType.FLOAT32, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("preprocessing expects rows of 1 values, got 2");
  }

  @Test
  void statisticsOfRowsAreThoseOfTheirValues() {
    Rows rows =
        new Rows(
            tensor(DType.UINT8, 2, 2).set(0, 255, 10, 245), tensor(DType.FLOAT32, 2).set(0, 0));
    Statistics statistics = new Statistics(2);

    statistics.add(rows);

    assertThat(statistics.summary(0)).isEqualTo(new Statistics.Summary(2, 5, 50, 0, 10));
    assertThat(statistics.summary(1)).isEqualTo(new Statistics.Summary(2, 250, 50, 245, 255));
  }
}
