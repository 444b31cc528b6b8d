package io.sparrowml.spark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FixedTreeTest {
  private static final int NODES = 4;

  private static List<Integer> workersOf(FixedTree tree, List<Integer> subtrees) {
    return subtrees.stream()
        .flatMap(s -> IntStream.range(tree.first(s), tree.end(s)).boxed())
        .toList();
  }

  @Property(tries = 500, seed = "42")
  void theCoversOfAnyAssignmentArePartitionsIntoMaximalSubtrees(
      @ForAll @Size(min = 1, max = 70) List<@IntRange(max = NODES - 1) Integer> nodeOf) {
    FixedTree tree = new FixedTree(nodeOf.size());
    List<Integer> covered = new ArrayList<>();
    for (int n = 0; n < NODES; n++) {
      int node = n;
      List<Integer> cover = tree.cover(worker -> nodeOf.get(worker) == node);

      assertThat(cover).allMatch(tree::contains);
      assertThat(workersOf(tree, cover))
          .isEqualTo(
              IntStream.range(0, nodeOf.size())
                  .filter(w -> nodeOf.get(w) == node)
                  .boxed()
                  .toList());
      assertThat(cover)
          .filteredOn(subtree -> subtree != FixedTree.ROOT)
          .noneMatch(
              s -> workersOf(tree, List.of(s / 2)).stream().allMatch(w -> nodeOf.get(w) == node));
      covered.addAll(workersOf(tree, cover));
    }
    assertThat(covered)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, nodeOf.size()).boxed().toList());
  }

  @Property(tries = 70)
  void theHalvesOfASubtreeShareItsWorkers(@ForAll @IntRange(min = 1, max = 70) int workers) {
    FixedTree tree = new FixedTree(workers);
    TreeSet<Integer> inner = new TreeSet<>();
    for (int worker = 0; worker < workers; worker++) {
      for (int subtree = tree.leaf(worker) / 2; subtree >= FixedTree.ROOT; subtree /= 2) {
        inner.add(subtree);
      }
    }

    assertThat(tree.first(FixedTree.ROOT)).isZero();
    assertThat(tree.end(FixedTree.ROOT)).isEqualTo(workers);
    for (int subtree : inner) {
      int left = 2 * subtree;
      int right = left + 1;
      boolean both = tree.contains(right);
      assertThat(tree.contains(subtree)).isTrue();
      assertThat(tree.contains(left)).isTrue();
      assertThat(tree.first(left)).isEqualTo(tree.first(subtree));
      assertThat(tree.end(left)).isEqualTo(both ? tree.first(right) : tree.end(subtree));
      assertThat(both ? tree.end(right) : tree.end(left)).isEqualTo(tree.end(subtree));
    }
  }

  @Property(tries = 70)
  void aLeafIsOneWorker(@ForAll @IntRange(min = 1, max = 70) int workers) {
    FixedTree tree = new FixedTree(workers);

    for (int worker = 0; worker < workers; worker++) {
      assertThat(tree.first(tree.leaf(worker))).isEqualTo(worker);
      assertThat(tree.end(tree.leaf(worker))).isEqualTo(worker + 1);
    }
  }

  @Test
  void theTreeOfThreeIsTheOneDrawn() {
    FixedTree tree = new FixedTree(3);

    assertThat(IntStream.range(0, 3).map(tree::leaf)).containsExactly(4, 5, 6);
    assertThat(IntStream.range(-8, 16).filter(tree::contains)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tree.cover(worker -> worker != 1)).containsExactly(4, 3);
    assertThat(tree.cover(worker -> true)).containsExactly(FixedTree.ROOT);
    assertThat(tree.cover(worker -> false)).isEmpty();
  }

  @Test
  void oneWorkerIsTheWholeTree() {
    FixedTree tree = new FixedTree(1);

    assertThat(tree.leaf(0)).isEqualTo(FixedTree.ROOT);
    assertThat(IntStream.range(-2, 4).filter(tree::contains)).containsExactly(FixedTree.ROOT);
  }

  @Test
  void aTreeOfNoneOrOfTooManyIsRefused() {
    assertThatThrownBy(() -> new FixedTree(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tree expects 1 to 1048576 workers, got 0");
    assertThatThrownBy(() -> new FixedTree((1 << 20) + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a tree expects 1 to 1048576 workers, got 1048577");
    assertThat(new FixedTree(1 << 20).end(FixedTree.ROOT)).isEqualTo(1 << 20);
  }
}
