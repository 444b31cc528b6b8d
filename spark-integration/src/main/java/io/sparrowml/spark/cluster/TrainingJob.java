package io.sparrowml.spark.cluster;

import io.sparrowml.data.MicroBatches;
import io.sparrowml.data.RowFormat;
import io.sparrowml.train.Descriptions;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs to take part in a training; it travels with the task, as safe as Spark's own
 * secrets.
 *
 * @param id of the training, unique in the Spark application
 * @param secret that all participants prove to each other that they know
 * @param host where the coordinator listens
 * @param port of the coordinator
 * @param spec a {@link TrainingSpec} in JSON
 * @param format of the packed rows
 * @param trainRows training rows of each logical worker
 * @param validationRows validation rows of each logical worker
 * @param profiled whether the time of steps is measured
 * @param storage where the training is written down; null for nowhere
 */
record TrainingJob(
    String id,
    String secret,
    String host,
    int port,
    String spec,
    RowFormat format,
    List<Long> trainRows,
    List<Long> validationRows,
    boolean profiled,
    @Nullable Storage storage)
    implements Serializable {

  /** The specification. */
  TrainingSpec read() {
    return Descriptions.MAPPER.readJson(spec, TrainingSpec.class);
  }

  /** All training rows. */
  long rows() {
    return trainRows.stream().mapToLong(Long::longValue).sum();
  }

  /** How the rows fall into batches. */
  MicroBatches batches(TrainingSpec read) {
    return new MicroBatches(rows(), read.batchSize());
  }

  /** How the steps fall into rounds. */
  Rounds rounds(TrainingSpec read) {
    return Rounds.of(batches(read), read.mode());
  }

  /** The most rows that a logical worker has in a step. */
  int largest(TrainingSpec read) {
    MicroBatches micro = batches(read);
    int largest = 1;
    for (long rows : trainRows) {
      largest = Math.max(largest, micro.largest(Math.toIntExact(rows)));
    }
    return largest;
  }

  /** Whether there are validation rows. */
  boolean validated() {
    return validationRows.stream().anyMatch(count -> count > 0);
  }
}
