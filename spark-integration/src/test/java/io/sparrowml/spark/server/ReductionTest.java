package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.server.Reduction.Total;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReductionTest {
  private static final int NODES = 4;

  /** A number that may be used up once. */
  private static final class Term {
    private final float value;
    private boolean used;

    Term(float value) {
      this.value = value;
    }

    synchronized float use() {
      assertThat(used).as("used before").isFalse();
      used = true;
      return value;
    }

    static Term add(Term left, Term right) {
      return new Term(left.use() + right.use());
    }
  }

  /** Numbers of such different sizes that the order of adding them shows. */
  private static float[] values(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.scalb((float) random.nextDouble() - 0.5f, (int) random.nextLong(24));
    }
    return values;
  }

  /** The sum over {@code [from, from + places)}, halves first. */
  private static float direct(float[] values, int from, int places) {
    if (places == 1) {
      return values[from];
    }
    int half = places / 2;
    float left = direct(values, from, half);
    return from + half < values.length ? left + direct(values, from + half, half) : left;
  }

  private static float direct(float[] values) {
    int places = 1;
    while (places < values.length) {
      places *= 2;
    }
    return direct(values, 0, places);
  }

  @Property(tries = 1000, seed = "42")
  void anySplitOverNodesInAnyOrderGivesTheSameBits(
      @ForAll @Size(min = 1, max = 70) List<@IntRange(max = NODES - 1) Integer> nodeOf,
      @ForAll long seed) {
    float[] values = values(nodeOf.size(), seed);
    FixedTree tree = new FixedTree(nodeOf.size());
    List<Reduction<Term>> nodes = new ArrayList<>();
    for (int n = 0; n < NODES; n++) {
      int node = n;
      Set<Integer> tops = new HashSet<>(tree.cover(worker -> nodeOf.get(worker) == node));
      nodes.add(new Reduction<>(tree, tops, Term::add));
    }
    Reduction<Term> root = new Reduction<>(tree, Set.of(FixedTree.ROOT), Term::add);
    List<Term> results = new ArrayList<>();
    for (int worker : shuffled(nodeOf.size(), seed)) {
      Total<Term> ofNode =
          nodes.get(nodeOf.get(worker)).add(tree.leaf(worker), new Term(values[worker]));
      Total<Term> ofAll = ofNode == null ? null : root.add(ofNode.subtree(), ofNode.sum());
      if (ofAll != null) {
        assertThat(ofAll.subtree()).isEqualTo(FixedTree.ROOT);
        results.add(ofAll.sum());
      }
    }

    assertThat(results).hasSize(1);
    assertThat(results.get(0).use()).isEqualTo(direct(values));
  }

  private static List<Integer> shuffled(int count, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order;
  }

  @Test
  void anotherOrderOfAddingWouldGiveOtherBits() {
    int differing = 0;
    for (int seed = 0; seed < 100; seed++) {
      float[] values = values(64, seed);
      float inARow = 0;
      for (float value : values) {
        inARow += value;
      }
      differing += direct(values) == inARow ? 0 : 1;
    }

    assertThat(differing).isGreaterThan(50);
  }

  @Test
  void manyThreadsAtOnceGiveTheSameBits() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 300; round++) {
        float[] values = values(61, round);
        FixedTree tree = new FixedTree(values.length);
        Reduction<Term> root = new Reduction<>(tree, Set.of(FixedTree.ROOT), Term::add);
        List<Integer> order = shuffled(values.length, round);
        List<Callable<List<Total<Term>>>> tasks = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          int first = thread;
          tasks.add(() -> addEvery(threads, first, order, values, tree, root));
        }
        List<Total<Term>> totals = new ArrayList<>();
        for (Future<List<Total<Term>>> each : pool.invokeAll(tasks)) {
          totals.addAll(each.get());
        }

        assertThat(totals).hasSize(1);
        assertThat(totals.get(0).sum().use()).isEqualTo(direct(values));
      }
    } finally {
      pool.shutdown();
    }
  }

  private static List<Total<Term>> addEvery(
      int stride,
      int first,
      List<Integer> order,
      float[] values,
      FixedTree tree,
      Reduction<Term> root) {
    List<Total<Term>> totals = new ArrayList<>();
    for (int i = first; i < order.size(); i += stride) {
      int worker = order.get(i);
      Total<Term> total = root.add(tree.leaf(worker), new Term(values[worker]));
      if (total != null) {
        totals.add(total);
      }
    }
    return totals;
  }
}
