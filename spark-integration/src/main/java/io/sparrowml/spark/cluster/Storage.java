package io.sparrowml.spark.cluster;

import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where executors write a training down.
 *
 * @param directory of the checkpoints
 * @param configuration with which Hadoop finds it
 * @param everySteps after how many updates within an epoch; 0 for at its end alone
 */
record Storage(String directory, SerializableConfiguration configuration, int everySteps)
    implements Serializable {
  CheckpointDirectory open() throws IOException {
    return CheckpointDirectory.of(directory, configuration.value());
  }
}
