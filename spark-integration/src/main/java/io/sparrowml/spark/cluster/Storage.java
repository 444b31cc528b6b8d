package io.sparrowml.spark.cluster;

import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.Part;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Where executors write a training down.
 *
 * @param directory of the checkpoints
 * @param configuration with which Hadoop finds it
 * @param from where to go on; null to begin anew
 */
record Storage(String directory, SerializableConfiguration configuration, @Nullable Start from)
    implements Serializable {

  /**
   * Where a training goes on.
   *
   * @param step how many updates there have been
   * @param rateFactor by which the schedule's learning rate is multiplied
   * @param parts where the numbers are
   */
  record Start(long step, double rateFactor, List<Part> parts) implements Serializable {
    /** Takes a copy of the list. */
    Start {
      parts = List.copyOf(parts);
    }

    static @Nullable Start of(@Nullable Checkpoint checkpoint, double rateFactor) {
      return checkpoint == null
          ? null
          : new Start(checkpoint.step(), rateFactor, checkpoint.parts());
    }
  }

  CheckpointDirectory open() throws IOException {
    return CheckpointDirectory.of(directory, configuration.value());
  }
}
