package io.sparrowml.spark.cluster;

import io.sparrowml.spark.transport.TransportException;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.shuffle.FetchFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a Spark task does: it brings one compute thread to the node of its executor. */
final class TrainingTask {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingTask.class);

  /**
   * The trainings that this JVM takes part in at present; a training's entry goes with its last
   * task.
   */
  private static final Map<String, NodeRuntime> NODES = new HashMap<>();

  private TrainingTask() {}

  /**
   * Takes part in a training until it ends, with another node where the coordinator gave up the
   * first. A task that comes after the end returns at once.
   *
   * @throws IllegalStateException when rows are lost: Spark computes them anew, and then this
   */
  static void run(TrainingJob job, ShardReader reader) {
    boolean again = true;
    while (again) {
      NodeRuntime node;
      int number;
      synchronized (NODES) {
        try {
          node = present(job);
        } catch (TransportException e) {
          LOG.info("The training has ended: {}", e.getMessage());
          return;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        number = node.enter();
      }
      again = takePart(job, node, number, reader);
    }
  }

  /** Takes part through a node; returns whether the training goes on without it. */
  private static boolean takePart(
      TrainingJob job, NodeRuntime node, int number, ShardReader reader) {
    try (ComputeSlot slot = node.open(number, reader, TaskThreads.count())) {
      slot.run();
    } catch (StoppedException e) {
      LOG.debug("Stopped");
      return node.node().deserted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      node.node().desert();
    } catch (Throwable e) {
      if (fetchFailed(e)) {
        node.node().desert();
        throw new IllegalStateException("rows of the training are lost", e);
      }
      node.fail(e);
    } finally {
      leave(job, node);
    }
    return false;
  }

  private static boolean fetchFailed(Throwable problem) {
    for (Throwable at = problem; at != null; at = at.getCause()) {
      if (at instanceof FetchFailedException) {
        return true;
      }
    }
    return false;
  }

  /** The node of this JVM, once one that has ended is closed. */
  private static NodeRuntime present(TrainingJob job) throws InterruptedException {
    NodeRuntime node = NODES.get(job.id());
    while (node != null && node.node().over()) {
      NODES.wait();
      node = NODES.get(job.id());
    }
    if (node == null) {
      SparkEnv env = SparkEnv.get();
      String host = env.blockManager().blockManagerId().host();
      node = new NodeRuntime(job, env.conf(), env.executorId(), host);
      NODES.put(job.id(), node);
    }
    return node;
  }

  private static void leave(TrainingJob job, NodeRuntime node) {
    synchronized (NODES) {
      if (node.leave()) {
        NODES.remove(job.id());
        node.close();
        NODES.notifyAll();
      }
    }
  }
}
