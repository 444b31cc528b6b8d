package io.sparrowml.spark.checkpoint;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where checkpoints are kept, as the driver sees it. */
public interface CheckpointStore {
  /** Where it is, as every executor finds it. */
  String path();

  /**
   * Makes a checkpoint of parts that have been written, and takes older ones away.
   *
   * @param keep how many to keep
   * @throws CheckpointException when a part is not here
   */
  void complete(Checkpoint checkpoint, int keep) throws IOException;

  /**
   * The newest checkpoint of which every byte is as it was written; null where there is none.
   *
   * @param damaged is told of each one that had to be passed over
   */
  @Nullable Checkpoint newest(Consumer<String> damaged) throws IOException;

  /** Takes what was written of a checkpoint away that could not be completed, if that works. */
  void discard(long step);

  /** Whether there is a checkpoint, damaged or not. */
  boolean holdsAny() throws IOException;
}
