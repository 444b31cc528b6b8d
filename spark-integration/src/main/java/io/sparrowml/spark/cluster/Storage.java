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
 */
record Storage(String directory, SerializableConfiguration configuration) implements Serializable {
  CheckpointDirectory open() throws IOException {
    return CheckpointDirectory.of(directory, configuration.value());
  }
}
