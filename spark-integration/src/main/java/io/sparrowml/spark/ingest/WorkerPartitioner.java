package io.sparrowml.spark.ingest;

import org.apache.spark.Partitioner;

/** Sends each row to the partition of its logical worker. */
final class WorkerPartitioner extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final Split split;

  WorkerPartitioner(Split split) {
    this.split = split;
  }

  @Override
  public int numPartitions() {
    return split.workers();
  }

  @Override
  public int getPartition(Object key) {
    return split.worker(((ContentKey) key).hash());
  }
}
