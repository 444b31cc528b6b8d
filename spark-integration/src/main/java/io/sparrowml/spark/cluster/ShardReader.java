package io.sparrowml.spark.cluster;

import java.util.Iterator;

/** The packed chunks of logical workers, readable by any task of a training. */
interface ShardReader {
  /** The training rows of a worker, in chunks. */
  Iterator<byte[]> train(int worker);

  /** The validation rows of a worker, in chunks. */
  Iterator<byte[]> validation(int worker);
}
