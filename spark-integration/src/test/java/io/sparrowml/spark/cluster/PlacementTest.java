package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.initializer.Zeros;
import io.sparrowml.layer.Dense;
import io.sparrowml.layer.Linear;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Network;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.regularizer.L2;
import io.sparrowml.regularizer.MaxNorm;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.ParameterSegments;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static Plan plan(List<Integer> slots, int workers, int size) {
    int all = slots.stream().mapToInt(Integer::intValue).sum();
    return Placement.first(
        3, 7, members(slots), workers, Cuts.anywhere(size).ranges(Math.min(workers, all)));
  }

  private static List<Member> members(List<Integer> slots) {
    List<Member> members = new ArrayList<>();
    for (int count : slots) {
      members.add(new Member(members.size(), "executor", "host", 1, count));
    }
    return members;
  }

  @Property(tries = 500, seed = "42")
  void everyWorkerHasOneHostAndHostsHaveRunsOfThem(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> slots,
      @ForAll @IntRange(min = 1, max = 70) int workers) {
    Plan plan = plan(slots, workers, 100);
    int all = slots.stream().mapToInt(Integer::intValue).sum();

    assertThat(plan.hostOf()).hasSize(workers).isSorted();
    assertThat(plan.hostOf()[0]).isZero();
    for (int node = 0; node < slots.size(); node++) {
      double share = (double) workers * slots.get(node) / all;
      assertThat((double) plan.hosted(node).size()).isBetween(share - 1, share + 1);
    }
  }

  @Property(tries = 500, seed = "42")
  void everyParameterIsInOneShard(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> slots,
      @ForAll @IntRange(min = 1, max = 70) int workers,
      @ForAll @IntRange(min = 1, max = 400) int size) {
    Plan plan = plan(slots, workers, size);

    int end = 0;
    for (ShardPlace place : plan.shards()) {
      assertThat(place.from()).isEqualTo(end);
      assertThat(place.from() % 16).isZero();
      assertThat(place.length()).isPositive();
      assertThat(place.slot()).isBetween(0, slots.get(place.node()) - 1);
      end += place.length();
    }
    assertThat(end).isEqualTo(size);
  }

  @Property(tries = 500, seed = "42")
  void onlyNodesThatHostWorkersServeShards(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> slots,
      @ForAll @IntRange(min = 1, max = 5) int workers) {
    Plan plan = plan(slots, workers, 400);

    boolean alone = plan.shards().get(0).standby() == ShardPlace.NONE;
    assertThat(plan.shards())
        .allMatch(s -> !plan.hosted(s.node()).isEmpty())
        .allMatch(s -> alone || !plan.hosted(s.standby()).isEmpty())
        .allMatch(s -> s.node() != s.standby());
  }

  @Test
  void aPlanOfTwoNodesIsWhatItSays() {
    Plan plan = plan(List.of(1, 2), 6, 100);

    assertThat(plan)
        .isEqualTo(
            new Plan(
                3,
                7,
                plan.members(),
                new int[] {0, 0, 1, 1, 1, 1},
                List.of(
                    new ShardPlace(0, 0, 1, 0, 32),
                    new ShardPlace(1, 0, 0, 32, 32),
                    new ShardPlace(1, 1, 0, 64, 36)),
                new int[] {-1, -1, -1},
                List.of(0, 1)));
    assertThat(plan.members()).hasSize(2);
  }

  @Test
  void moreIsCutIntoMoreShards() {
    assertThat(lengths(Cuts.anywhere(20))).containsExactly(20);
    assertThat(lengths(Cuts.anywhere(1 << 15))).containsExactly(1 << 14, 1 << 14);
    assertThat(lengths(Cuts.anywhere(1 << 19))).hasSize(8).containsOnly(1 << 16);
    assertThat(lengths(Cuts.anywhere(100_000_000))).hasSize(64);
    Cuts whole = new Cuts(1 << 20, List.of(0, 1 << 18, 1 << 19));
    assertThat(lengths(whole)).containsExactly(1 << 18, 1 << 18, 1 << 19);
    assertThat(whole.longest()).isEqualTo(1 << 19);
  }

  private static List<Integer> lengths(Cuts cuts) {
    return cuts.ranges().stream().map(Cuts.Range::length).toList();
  }

  @Test
  void moreSlotsThanWorkersAndParametersLeaveSomeIdle() {
    Plan plan = plan(List.of(1, 1, 1, 1), 2, 20);

    assertThat(plan.hostOf()).containsExactly(0, 2);
    assertThat(plan.shards())
        .containsExactly(new ShardPlace(0, 0, 2, 0, 16), new ShardPlace(2, 0, 0, 16, 4));
    assertThat(IntStream.range(0, 4).mapToObj(plan::hosted))
        .containsExactly(List.of(0), List.of(), List.of(1), List.of());
  }

  @Property(tries = 500, seed = "42")
  void shardsAreCutBetweenParametersWhereTheseMustBeWhole(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> slots,
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 1, max = 400) Integer> grains) {
    List<Integer> parameters = new ArrayList<>();
    int size = 0;
    for (int count : grains) {
      parameters.add(size);
      size += 16 * count;
    }
    int wanted = slots.stream().mapToInt(Integer::intValue).sum();
    List<Cuts.Range> ranges = new Cuts(size, parameters).ranges(wanted);
    int end = 0;
    for (Cuts.Range range : ranges) {
      assertThat(range.from()).isEqualTo(end).isIn(parameters);
      assertThat(range.length()).isPositive();
      end += range.length();
    }
    assertThat(end).isEqualTo(size);
    assertThat(ranges).hasSize(Math.min(wanted, parameters.size()));
  }

  @Test
  void cutsAreWhereShardsBecomeAsEqualAsTheyCan() {
    Cuts cuts = new Cuts(160, List.of(0, 16, 64, 80, 144));

    assertThat(cuts.ranges(2)).containsExactly(new Cuts.Range(0, 80), new Cuts.Range(80, 80));
    assertThat(cuts.ranges(3))
        .containsExactly(new Cuts.Range(0, 64), new Cuts.Range(64, 16), new Cuts.Range(80, 80));
    assertThat(cuts.ranges(9)).hasSize(5);
  }

  /** Some of the members are lost, and others come. */
  @Property(tries = 1000, seed = "42")
  void whatStaysWhereItWasIsAsMuchAsFairSharesAllow(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 3) Integer> slots,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 3) Integer> added,
      @ForAll @IntRange(min = 1, max = 20) int workers,
      @ForAll @IntRange(min = 0, max = 31) int lost) {
    Plan before = Placement.first(0, 0, members(slots), workers, Cuts.anywhere(400).ranges(7));
    Set<Integer> whole = new HashSet<>();
    List<Member> members = new ArrayList<>();
    for (Member member : before.members()) {
      if ((lost >> member.node() & 1) == 0) {
        members.add(member);
        if (!before.hosted(member.node()).isEmpty()) {
          whole.add(member.node());
        }
      }
    }
    for (int count : added) {
      members.add(new Member(10 + members.size(), "new", "host", 1, count));
    }
    Assume.that(
        before.shards().stream()
            .allMatch(shard -> Placement.source(shard, whole) != ShardPlace.NONE));

    Plan plan = Placement.next(1, 5, members, before, whole, Map.of());

    int all = members.stream().mapToInt(Member::slots).sum();
    for (Member member : members) {
      double share = (double) workers * member.slots() / all;
      int hosted = plan.hosted(member.node()).size();
      assertThat((double) hosted).isBetween(share - 1, share + 1);
      long kept =
          plan.hosted(member.node()).stream()
              .filter(worker -> before.hostOf()[worker] == member.node())
              .count();
      assertThat(kept).isEqualTo(Math.min(hosted, before.hosted(member.node()).size()));
    }
    for (int shard = 0; shard < plan.shards().size(); shard++) {
      ShardPlace place = plan.shards().get(shard);
      assertThat(place.from()).isEqualTo(before.shards().get(shard).from());
      assertThat(plan.hosted(place.node())).isNotEmpty();
      assertThat(place.slot()).isBetween(0, plan.member(place.node()).slots() - 1);
      assertThat(whole).contains(plan.sources()[shard]);
      assertThat(before.shards().get(shard).isHeldBy(plan.sources()[shard])).isTrue();
      assertThat(place.standby()).isNotEqualTo(place.node());
      if (place.standby() != ShardPlace.NONE) {
        assertThat(plan.hosted(place.standby())).isNotEmpty();
      }
    }
    assertThat(plan.fresh())
        .containsExactlyElementsOf(
            members.stream().map(Member::node).filter(node -> !whole.contains(node)).toList());
  }

  private static Layout layout(Regularizer regularizer) {
    return Layout.of(
        new Network(
            Shape.of(20),
            List.of(
                new Dense(2, new Linear(), new Zeros(), new Zeros(), true, regularizer),
                new Dense(3))));
  }

  @Test
  void lambAndMaxNormWantWholeParameters() {
    List<Integer> between = List.of(0, 48, 64, 80);
    Optimizer lamb = Descriptions.MAPPER.readJson("\"lamb\"", Optimizer.class);

    assertThat(cuts(layout(new L2(1)), new Adam(0.1))).isEqualTo(Cuts.anywhere(96));
    assertThat(cuts(layout(new L2(1)), lamb)).isEqualTo(new Cuts(96, between));
    assertThat(cuts(layout(new MaxNorm(1)), new Adam(0.1))).isEqualTo(new Cuts(96, between));
  }

  private static Cuts cuts(Layout layout, Optimizer optimizer) {
    return Cuts.of(
        layout,
        new ServerUpdate(
            optimizer, optimizer.learningRate(), null, ParameterSegments.of(layout), false));
  }
}
