package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * A training of a real coordinator, real replicas and real shards over a {@link SimulatedNetwork}.
 * All that happens follows from a seed: the problem, the nodes, and who makes the next move.
 */
final class SimulatedCluster {
  private static final long TICK_MILLIS = 1000;

  /** For so many moves some are faster and some slower. */
  private static final int STRETCH = 40;

  private final SplittableRandom random;
  private final SimulatedProblem problem;
  private final SimulatedNetwork network;
  private final Tensor weights;
  private final Pool bodies;
  private final Coordinator coordinator;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private long ticked;

  private SimulatedCluster(
      SplittableRandom random, SimulatedProblem problem, UnaryOperator<Message> echo, Arena arena) {
    this.random = random;
    this.problem = problem;
    this.network = new SimulatedNetwork(random.split(), echo);
    this.weights = Node.vector(arena, problem.size());
    this.bodies = new Pool(arena.child("bodies"), (long) problem.size() * Float.BYTES);
    int[] slots = new int[1 + random.nextInt(4)];
    int all = 0;
    for (int node = 0; node < slots.length; node++) {
      slots[node] = 1 + random.nextInt(3);
      all += slots[node];
    }
    this.coordinator =
        new Coordinator(
            problem.spec(all),
            100,
            problem.stepsPerEpoch(),
            problem.cuts(),
            weights,
            Saves.none(),
            TrainingListener.NONE,
            network::now);
    for (int node = 0; node < slots.length; node++) {
      nodes.add(new SimulatedNode(this, "executor " + node, slots[node], arena.child("" + node)));
    }
  }

  /**
   * Trains.
   *
   * @param echo what becomes of a message that comes a second time
   */
  static SequentialTraining.Outcome train(
      long seed, SimulatedProblem problem, UnaryOperator<Message> echo) {
    Arena arena = Arena.root("simulation", 1L << 30);
    try {
      return new SimulatedCluster(new SplittableRandom(seed), problem, echo, arena).run();
    } finally {
      arena.closeAll();
    }
  }

  SimulatedProblem problem() {
    return problem;
  }

  Link connectToCoordinator(SimulatedNetwork.Site here) {
    return network.connect(here, new SimulatedNetwork.Site(coordinator, Bodies.of(bodies)));
  }

  Link connect(SimulatedNetwork.Site here, String executor) {
    for (SimulatedNode node : nodes) {
      if (node.executor().equals(executor)) {
        return network.connect(here, node.site());
      }
    }
    throw new AssertionError("no " + executor);
  }

  private SequentialTraining.Outcome run() {
    List<BooleanSupplier> movers = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      movers.add(node::wakeOne);
      node.slots().forEach(slot -> movers.add(slot::turn));
    }
    movers.add(this::deliver);
    for (int moves = 0; moves(movers); moves++) {
      if (moves % STRETCH == 0) {
        Collections.shuffle(movers, new Random(random.nextLong()));
      }
    }
    assertThat(coordinator.result()).as("the coordinator's result").isCompleted();
    assertThat(nodes).allMatch(SimulatedNode::ended);
    assertThat(bodies.outstanding() + nodes.stream().mapToInt(SimulatedNode::outstanding).sum())
        .as("payloads that were not released")
        .isZero();
    List<EpochRecord> history = coordinator.result().join();
    return SequentialTraining.Outcome.of(
        weights.toFloats(), history.stream().map(e -> e.metrics().get("train.loss")).toList());
  }

  /** Lets somebody make a move, rather one of the first; false when nobody can. */
  private boolean moves(List<BooleanSupplier> movers) {
    int first = (int) (movers.size() * Math.pow(random.nextDouble(), 3));
    for (int i = 0; i < movers.size(); i++) {
      if (movers.get((first + i) % movers.size()).getAsBoolean()) {
        return true;
      }
    }
    return false;
  }

  private boolean deliver() {
    if (network.now() >= ticked + TICK_MILLIS) {
      ticked = network.now();
      coordinator.tick();
    }
    return network.deliver();
  }
}
