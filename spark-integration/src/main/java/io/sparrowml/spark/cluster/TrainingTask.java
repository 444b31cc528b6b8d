package io.sparrowml.spark.cluster;

import io.sparrowml.spark.transport.TransportException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a Spark task does: it brings one compute thread to the node of its executor. */
final class TrainingTask {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingTask.class);

  /**
   * The trainings that this JVM takes part in at present; a training's entry goes with its last
   * task.
   */
  private static final Map<String, Node> NODES = new ConcurrentHashMap<>();

  private TrainingTask() {}

  /** Takes part in a training until it ends. A task that comes after the end returns at once. */
  static void run(TrainingJob job, ShardReader reader) {
    Node node;
    int number;
    synchronized (NODES) {
      try {
        node = NODES.computeIfAbsent(job.id(), id -> open(job));
      } catch (TransportException e) {
        LOG.info("The training has ended: {}", e.getMessage());
        return;
      }
      number = node.enter();
    }
    try (ComputeSlot slot = node.open(number, reader, TaskThreads.count())) {
      slot.run();
    } catch (StoppedException e) {
      LOG.debug("Stopped");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      node.fail(e);
    } finally {
      leave(job, node);
    }
  }

  private static Node open(TrainingJob job) {
    SparkEnv env = SparkEnv.get();
    return new Node(job, env.conf(), env.executorId(), env.blockManager().blockManagerId().host());
  }

  private static void leave(TrainingJob job, Node node) {
    synchronized (NODES) {
      if (node.leave()) {
        NODES.remove(job.id());
        node.close();
      }
    }
  }
}
