package io.sparrowml.spark.cluster;

import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many native threads the kernels of a Spark task may use: as many as Spark reserves cores for
 * it, {@code spark.task.cpus} or what its resource profile says, but not more than there are.
 *
 * <p>Threads of OpenMP wait for each other at the end of each kernel. Unless its environment says
 * that they should sleep, they keep their cores busy for milliseconds, and where others want these
 * cores, all wait for the one that has none.
 */
public final class TaskThreads {
  /** The variable of the environment that says how threads wait; read when oneDNN loads. */
  public static final String WAIT_POLICY = "OMP_WAIT_POLICY";

  /** Its value for threads that sleep. */
  public static final String PASSIVE = "passive";

  private static final Logger LOG = LoggerFactory.getLogger(TaskThreads.class);

  private TaskThreads() {}

  /** Those of the task that runs on the calling thread; 1 outside of tasks. */
  public static int count() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return 1;
    }
    int threads = count(task.cpus(), Runtime.getRuntime().availableProcessors());
    String policy = System.getenv(WAIT_POLICY);
    if (threads > 1 && !PASSIVE.equalsIgnoreCase(policy)) {
      LOG.warn(
          "kernels of {} threads expect {}={} in the environment, got {}; set it, or they lose time where cores are busy",
          threads,
          WAIT_POLICY,
          PASSIVE,
          policy);
    }
    return threads;
  }

  static int count(int reserved, int processors) {
    return Math.min(reserved, processors);
  }
}
