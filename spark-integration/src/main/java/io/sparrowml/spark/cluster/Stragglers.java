package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Pace;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.train.OnStraggler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds nodes that need much longer than the others for the same work, and how long the others wait
 * for them.
 *
 * <p>Nodes are compared by how long they compute at a logical worker's part of a step, over some
 * seconds; who is slow matters only where the others wait for it. The first seconds of a generation
 * do not count: whoever has just come is slow at first.
 */
final class Stragglers {
  private static final long WINDOW_MILLIS = 10_000;

  /** Slow is who needs so many times as long as the others. */
  private static final double SLOW = 1.5;

  /** That matters where they wait for it for so much of the time. */
  private static final double MATTERS = 0.1;

  /** Work moves where a step takes no more than this of its time then. */
  private static final double WORTH_MOVING = 0.8;

  private final OnStraggler fate;
  private final IntFunction<String> names;
  private final Consumer<String> told;
  private final Map<Integer, Pace> before = new HashMap<>(); // when the window began, by node
  private final Map<Integer, Pace> latest = new HashMap<>();
  private final Map<Integer, Double> measured = new HashMap<>(); // nanoseconds, by node
  private final Map<Integer, Double> waited = new TreeMap<>(); // seconds, of who is slow
  private Map<Integer, Double> paces = Map.of();
  private @Nullable Plan plan;
  private List<Member> hosts = List.of();
  private long since;
  private boolean warm;

  /**
   * Nobody is slow.
   *
   * @param fate what becomes of who is slow
   * @param names nodes, for what is told
   * @param told what the user is to know
   */
  Stragglers(OnStraggler fate, IntFunction<String> names, Consumer<String> told) {
    this.fate = fate;
    this.names = names;
    this.told = told;
  }

  /** A plan begins. */
  void begin(Plan made, long now) {
    plan = made;
    hosts = made.members().stream().filter(each -> !made.hosted(each.node()).isEmpty()).toList();
    waited.keySet().retainAll(nodes());
    before.clear();
    latest.clear();
    since = now;
    warm = false;
  }

  /** A node has come or is gone: work is shared out anew, as if nobody were slow. */
  void changed() {
    paces = Map.of();
    measured.clear();
  }

  /** By which work is to be shared out, as in {@link Shares}. */
  Map<Integer, Double> paces() {
    return paces;
  }

  /** A node tells how fast it works. */
  void add(int node, Pace pace) {
    latest.put(node, pace);
    before.putIfAbsent(node, pace);
  }

  /**
   * Compares the nodes once enough time has passed, and tells the user who is slow.
   *
   * @return whether work is to move away from who is slow, by {@link #paces}
   */
  boolean judge(long now) {
    if (now - since < WINDOW_MILLIS || !latest.keySet().containsAll(nodes())) {
      return false;
    }
    measure();
    boolean moves = warm && compare((now - since) / 1e3) && moves();
    before.putAll(latest);
    since = now;
    warm = true;
    return moves;
  }

  private List<Integer> nodes() {
    return hosts.stream().map(Member::node).toList();
  }

  private void measure() {
    for (Member each : hosts) {
      if (busy(each) > 0) { // otherwise it only waited
        measured.put(each.node(), (double) busy(each) / Math.max(1, computed(each)));
      }
    }
  }

  /** Returns whether somebody is slow. */
  private boolean compare(double seconds) {
    List<Member> slow = hosts.stream().filter(this::isSlow).toList();
    double others =
        hosts.stream().filter(each -> !slow.contains(each)).mapToDouble(this::load).max().orElse(0);
    for (Member each : hosts) {
      double wait = load(each) - others;
      if (!slow.contains(each)) {
        recovered(each);
      } else if (wait > MATTERS * seconds) {
        if (!waited.containsKey(each.node())) {
          told.accept(
              "%s is slow: it needs %.1f times as long as the others for the same work, and they waited %.0f of the last %.0f s for it"
                  .formatted(names.apply(each.node()), pace(each) / usual(each), wait, seconds));
        }
        waited.merge(each.node(), wait, Double::sum);
      }
    }
    return !slow.isEmpty();
  }

  private void recovered(Member node) {
    Double seconds = waited.remove(node.node());
    if (seconds != null) {
      told.accept(
          "%s is not slow any more; the others waited %.0f s for it"
              .formatted(names.apply(node.node()), seconds));
    }
  }

  /** Training is over. */
  void end() {
    waited.forEach(
        (node, seconds) ->
            told.accept(
                "%s was slow; the others waited %.0f s for it"
                    .formatted(names.apply(node), seconds)));
  }

  private static Pace of(Map<Integer, Pace> all, Member node) {
    return Objects.requireNonNull(all.get(node.node()), "pace");
  }

  private long computed(Member node) {
    return of(latest, node).computed() - of(before, node).computed();
  }

  private long busy(Member node) {
    return of(latest, node).nanos() - of(before, node).nanos();
  }

  /** For how many seconds a slot of a node computed. */
  private double load(Member node) {
    return busy(node) / 1e9 / node.slots();
  }

  private double pace(Member node) {
    return measured.getOrDefault(node.node(), 0.0);
  }

  /** The middle of the others; 0 while it is not known. */
  private double usual(Member node) {
    return Shares.middle(
        hosts.stream().filter(each -> !each.equals(node) && pace(each) > 0).map(this::pace));
  }

  /** Also while it is at one part all the time. */
  private boolean isSlow(Member node) {
    double usual = usual(node);
    return usual > 0 && (double) busy(node) / (computed(node) + node.slots()) > SLOW * usual;
  }

  private boolean moves() {
    Plan present = plan;
    if (fate != OnStraggler.REHOST || present == null) {
      return false;
    }
    Shares shares = new Shares(present.members(), measured);
    int[] now =
        present.members().stream().mapToInt(each -> present.hosted(each.node()).size()).toArray();
    int[] better = shares.of(present.hostOf().length, each -> true);
    boolean worth = shares.longest(better) <= WORTH_MOVING * shares.longest(now);
    if (worth) {
      paces = Map.copyOf(measured);
    }
    return worth;
  }
}
