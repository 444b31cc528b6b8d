package io.sparrowml.spark.cluster;

import org.apache.spark.TaskContext;

/**
 * How many native threads the kernels of a Spark task may use: as many as Spark reserves cores for
 * it, {@code spark.task.cpus} or what its resource profile says, but not more than there are.
 */
public final class TaskThreads {
  private TaskThreads() {}

  /** Those of the task that runs on the calling thread; 1 outside of tasks. */
  public static int count() {
    TaskContext task = TaskContext.get();
    return task == null ? 1 : count(task.cpus(), Runtime.getRuntime().availableProcessors());
  }

  static int count(int reserved, int processors) {
    return Math.min(reserved, processors);
  }
}
