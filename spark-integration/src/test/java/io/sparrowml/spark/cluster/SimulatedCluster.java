package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.spark.transport.TransportException;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.EpochRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A training of a real coordinator, real nodes, replicas and shards over a {@link
 * SimulatedNetwork}. All that happens follows from a seed: the problem, the nodes, who makes the
 * next move, and what goes wrong.
 *
 * <p>What is lost is replaced after some time, as Spark does it.
 */
final class SimulatedCluster {
  private static final long TICK_MILLIS = 1000;
  private static final int MOST_MOVES = 400_000;

  /** For so many moves some are faster and some slower. */
  private static final int STRETCH = 40;

  private final SplittableRandom random;
  private final SimulatedProblem problem;
  private final SimulatedNetwork network;
  private final Arena arena;
  private final Tensor weights;
  private final Pool bodies;
  private final SimulatedStore store;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<Later> later = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final int slots;
  private Coordinator coordinator;
  private SimulatedNetwork.Site driver;
  private int executors;
  private int faults;
  private int moves;
  private long ticked;

  /** What happens at some time. */
  private record Later(long due, Runnable action) {}

  private SimulatedCluster(
      SplittableRandom random,
      SimulatedProblem problem,
      SimulatedNetwork.Tampering tampering,
      int faults,
      Arena arena) {
    this.random = random;
    this.problem = problem;
    this.arena = arena;
    this.faults = faults;
    this.network = new SimulatedNetwork(random.split(), tampering);
    this.weights = Node.vector(arena, problem.size());
    this.bodies = new Pool(arena.child("bodies"), (long) problem.size() * Float.BYTES);
    this.store = new SimulatedStore(problem.size());
    int[] each = new int[1 + random.nextInt(4)];
    int all = 0;
    for (int node = 0; node < each.length; node++) {
      each[node] = 1 + random.nextInt(3);
      all += each[node];
    }
    this.slots = all;
    this.coordinator = coordinate();
    this.driver = new SimulatedNetwork.Site(coordinator, Bodies.of(bodies));
    for (int count : each) {
      join("executor " + executors++, count);
    }
  }

  private Coordinator coordinate() {
    Checkpointing checkpointing =
        problem.saves() == 0
            ? null
            : new Checkpointing(
                store, problem.saves(), problem.savedUpdates(), 1, store.newest(damaged -> {}));
    return new Coordinator(
        problem.spec(slots),
        100,
        new Rounds(problem.stepsPerEpoch(), 1),
        problem.cuts().ranges(problem.shards()),
        weights,
        new Saves(
            checkpointing,
            "",
            List.of(),
            List.of(),
            TrainingListener.NONE,
            Runnable::run,
            new Rounds(problem.stepsPerEpoch(), 1)),
        new TrainingListener() {
          @Override
          public void told(String line) {
            log.add(moves + ": " + line);
          }
        },
        network::now);
  }

  /**
   * Trains, and compares what comes of it with the plain loop.
   *
   * @param tampering what is done to messages
   * @param faults how many things go wrong at the most
   */
  static void check(
      long seed, SimulatedProblem problem, SimulatedNetwork.Tampering tampering, int faults) {
    Arena arena = Arena.root("simulation", 1L << 30);
    try {
      SimulatedCluster cluster =
          new SimulatedCluster(new SplittableRandom(seed), problem, tampering, faults, arena);
      try {
        assertThat(cluster.run()).isEqualTo(SequentialTraining.of(problem));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(String.join("\n", cluster.log), e);
      }
    } finally {
      arena.closeAll();
    }
  }

  SimulatedProblem problem() {
    return problem;
  }

  /** The simulated time. */
  long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(network.now());
  }

  SimulatedStore store() {
    return store;
  }

  Link connectToCoordinator(SimulatedNetwork.Site here) {
    return network.connect(here, driver);
  }

  Link connect(SimulatedNetwork.Site here, String executor) {
    for (SimulatedNode node : nodes) {
      if (node.executor().equals(executor) && !node.node().over()) {
        return network.connect(here, node.site());
      }
    }
    throw new TransportException("no " + executor);
  }

  private void join(String executor, int count) {
    nodes.add(new SimulatedNode(this, executor, count, arena.child(executor)));
  }

  private SequentialTraining.Outcome run() {
    List<BooleanSupplier> movers = movers();
    for (moves = 0; !done(); moves++) {
      if (moves % STRETCH == 0) {
        Collections.shuffle(movers, new Random(random.nextLong()));
      }
      if (moves > MOST_MOVES) {
        throw new AssertionError("it hangs");
      }
      move(movers);
      boolean back = comeBack();
      boolean struck = strike();
      if (back || struck) {
        movers = movers();
      }
    }
    assertThat(coordinator.result()).as("the coordinator's result").isCompleted();
    settle();
    List<EpochRecord> history = coordinator.result().join();
    return SequentialTraining.Outcome.of(
        weights.toFloats(),
        Stream.of("train.loss", "validation.loss")
            .flatMap(name -> history.stream().map(epoch -> epoch.metrics().get(name)))
            .filter(loss -> loss != null)
            .toList());
  }

  private boolean done() {
    return coordinator.result().isDone() && nodes.stream().allMatch(each -> each.node().over());
  }

  /** All payloads come back. */
  private void settle() {
    if (faults == 0 && executors == nodes.size() && log.isEmpty()) {
      for (int i = 0; i < 10_000; i++) {
        nodes.forEach(node -> node.slots().forEach(SimulatedSlot::turn));
        network.deliver(network.now() + 1);
      }
      assertThat(bodies.outstanding() + nodes.stream().mapToInt(SimulatedNode::outstanding).sum())
          .as("payloads that were not released")
          .isZero();
    }
  }

  private List<BooleanSupplier> movers() {
    List<BooleanSupplier> movers = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      movers.add(() -> !network.isStopped(node.site()) && node.wakeOne());
      for (SimulatedSlot slot : node.slots()) {
        movers.add(() -> !network.isStopped(node.site()) && slot.turn());
      }
    }
    movers.add(this::deliver);
    return movers;
  }

  /** Lets somebody make a move, rather one of the first. */
  private void move(List<BooleanSupplier> movers) {
    int first = (int) (movers.size() * Math.pow(random.nextDouble(), 3));
    for (int i = 0; i < movers.size(); i++) {
      if (movers.get((first + i) % movers.size()).getAsBoolean()) {
        return;
      }
    }
  }

  private boolean deliver() {
    if (network.now() >= ticked + TICK_MILLIS) {
      ticked = network.now();
      coordinator.tick();
    }
    network.deliver(ticked + TICK_MILLIS);
    return true;
  }

  /** Whoever was given up by the coordinator joins anew; returns whether there was somebody. */
  private boolean comeBack() {
    List<SimulatedNode> deserted = nodes.stream().filter(each -> each.node().deserted()).toList();
    boolean changed = !deserted.isEmpty();
    for (SimulatedNode each : deserted) {
      network.kill(each.site());
      nodes.remove(each);
      join(each.executor(), each.slots().size());
    }
    for (Later each : List.copyOf(later)) {
      if (each.due <= network.now()) {
        later.remove(each);
        each.action.run();
        changed = true;
      }
    }
    return changed;
  }

  /** Something may go wrong; returns whether who is there has changed. */
  private boolean strike() {
    if (faults == 0 || coordinator.result().isDone() || random.nextInt(150) > 0) {
      return false;
    }
    faults--;
    int fault = random.nextInt(14);
    SimulatedNode victim = nodes.isEmpty() ? null : nodes.get(random.nextInt(nodes.size()));
    if (victim == null) {
      return false;
    }
    switch (fault) {
      case 0, 1, 2, 3 -> kill(victim);
      case 4 -> {
        kill(victim);
        if (!nodes.isEmpty()) {
          kill(nodes.get(random.nextInt(nodes.size())));
        }
      }
      case 5, 6 -> {
        long millis = random.nextBoolean() ? 30_000 : 3_000;
        log.add(moves + ": stops " + victim.executor() + " for " + millis + " ms");
        network.stop(victim.site(), millis);
      }
      case 7, 8 -> {
        String name = "executor " + executors++;
        log.add(moves + ": joins " + name);
        join(name, 1 + random.nextInt(3));
      }
      case 9, 10 -> {
        log.add(moves + ": breaks a connection");
        List<SimulatedNetwork.Site> sites = new ArrayList<>();
        nodes.forEach(node -> sites.add(node.site()));
        if (random.nextInt(4) == 0) {
          sites.add(driver);
        }
        network.breakLink(sites);
      }
      case 11, 12 -> {
        log.add(moves + ": slows down " + victim.executor());
        victim.slowDown();
      }
      default -> crash();
    }
    return true;
  }

  private void kill(SimulatedNode victim) {
    log.add(moves + ": kills " + victim.executor());
    nodes.remove(victim);
    network.kill(victim.site());
    int count = victim.slots().size();
    Coordinator present = coordinator;
    if (random.nextInt(3) > 0) {
      after(8_000, () -> present.executorLost(victim.executor(), "exit code 137"));
    }
    after(15_000, () -> join("executor " + executors++, count));
  }

  private void after(int mostMillis, Runnable action) {
    later.add(new Later(network.now() + random.nextInt(mostMillis), action));
  }

  /** The driver is gone, and with it all executors; another one goes on. */
  private void crash() {
    log.add(moves + ": the driver is gone");
    later.clear();
    List.copyOf(nodes).forEach(node -> network.kill(node.site()));
    List<Integer> counts = nodes.stream().map(node -> node.slots().size()).toList();
    nodes.clear();
    coordinator = coordinate();
    driver = new SimulatedNetwork.Site(coordinator, Bodies.of(bodies));
    counts.forEach(count -> join("executor " + executors++, count));
    if (counts.stream().mapToInt(Integer::intValue).sum() < slots) {
      join("executor " + executors++, slots);
    }
  }
}
