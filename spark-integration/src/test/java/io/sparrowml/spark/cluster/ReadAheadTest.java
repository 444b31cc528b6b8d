package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.data.Batches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Model;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Micro-batches of at most three of a worker's rows, whose one feature is their number. */
class ReadAheadTest {
  private static final int ROWS = 10;

  private final Arena arena = Arena.root("test", 1 << 24);
  private final Model model = Specs.of(1, 1, 1).model();
  private final RowFormat format = new RowFormat(DType.FLOAT32, 1);
  private final HostedWorker worker = new HostedWorker(0, rows(), rows(), RandomKey.of(1), arena);
  private final ReadAhead reading =
      new ReadAhead(
          new Batches(model.preprocessing(), format), List.of(samples(), samples()), "reading");

  private Samples samples() {
    return new Samples(model, format, 3, arena);
  }

  private Rows rows() {
    Rows rows = Rows.allocate(arena, format, ROWS);
    for (int i = 0; i < ROWS; i++) {
      rows.features().floats().put(i, i);
      rows.labels().floats().put(i, -i);
    }
    return rows;
  }

  @AfterEach
  void close() {
    reading.close();
    arena.closeAll();
  }

  @Test
  void theNextIsReadWhileThePresentIsInUse() throws InterruptedException {
    int[] order = worker.order(1);
    Samples present = ReadAhead.await(reading.begin(worker, 1, 0, 3));
    Future<Samples> next = reading.begin(worker, 2, 4, 2);

    assertThat(present.inputs().toFloats()).containsExactly(order[0], order[1], order[2]);
    assertThat(present.targets().toFloats()).containsExactly(-order[0], -order[1], -order[2]);
    reading.done(present);
    int[] ofNextEpoch = worker.order(2);
    assertThat(ReadAhead.await(next).inputs().toFloats())
        .containsExactly(ofNextEpoch[4], ofNextEpoch[5]);
    assertThat(ReadAhead.await(reading.begin(worker, 2, 6, 3)).count()).isEqualTo(3);
  }

  @Test
  void whatCannotBeReadIsToldWhereItIsAwaited() {
    Future<Samples> beyond = reading.begin(worker, 1, ROWS - 1, 3);

    assertThatThrownBy(() -> ReadAhead.await(beyond))
        .isInstanceOf(IllegalStateException.class)
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void nothingIsReadAfterItWasClosed() {
    Future<Samples> begun = reading.begin(worker, 1, 0, 3);

    reading.close();

    assertThat(begun).isDone();
  }
}
