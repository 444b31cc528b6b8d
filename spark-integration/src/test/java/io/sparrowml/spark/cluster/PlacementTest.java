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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PlacementTest {

  private static Plan plan(List<Integer> slots, int workers, int size) {
    return Placement.plan(3, 7, members(slots), workers, Cuts.anywhere(size));
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
      assertThat((double) Replica.hosted(plan, node).size()).isBetween(share - 1, share + 1);
    }
  }

  @Property(tries = 500, seed = "42")
  void everyParameterIsInOneShardAndNoSlotServesTwo(
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
    assertThat(plan.shards().stream().map(s -> List.of(s.node(), s.slot())))
        .doesNotHaveDuplicates();
  }

  @Property(tries = 500, seed = "42")
  void onlyNodesThatHostWorkersServeShards(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 4) Integer> slots,
      @ForAll @IntRange(min = 1, max = 5) int workers) {
    Plan plan = plan(slots, workers, 400);

    assertThat(plan.shards()).allMatch(s -> !Replica.hosted(plan, s.node()).isEmpty());
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
                    new ShardPlace(0, 0, 0, 32),
                    new ShardPlace(1, 0, 32, 32),
                    new ShardPlace(1, 1, 64, 36))));
    assertThat(plan.members()).hasSize(2);
  }

  @Test
  void shardsAreOfEqualLengthButForTheirGrain() {
    Plan plan = plan(List.of(3, 3), 6, 16_000);

    assertThat(plan.shards().stream().map(ShardPlace::length))
        .allMatch(length -> Math.abs(length - 16_000 / 6) <= 16);
  }

  @Test
  void largeShardsThatTravelAreCutIntoSeveral() {
    assertThat(plan(List.of(2), 2, 1 << 20).shards()).hasSize(2);

    assertThat(slotsOfShards(plan(List.of(1, 1), 2, 1 << 18)))
        .containsExactly("0 0", "0 0", "1 0", "1 0");
    assertThat(slotsOfShards(plan(List.of(1, 2), 3, 1 << 20)))
        .hasSize(12)
        .startsWith("0 0", "0 0", "0 0", "0 0", "1 0")
        .endsWith("1 0", "1 1", "1 1", "1 1", "1 1");
    Cuts whole = new Cuts(1 << 20, List.of(0, 1 << 18, 1 << 19));
    assertThat(slotsOfShards(Placement.plan(0, 0, members(List.of(1, 1)), 2, whole)))
        .containsExactly("0 0", "0 0", "1 0");
  }

  private static List<String> slotsOfShards(Plan plan) {
    return plan.shards().stream().map(s -> s.node() + " " + s.slot()).toList();
  }

  @Test
  void moreSlotsThanWorkersAndParametersLeaveSomeIdle() {
    Plan plan = plan(List.of(1, 1, 1, 1), 2, 20);

    assertThat(plan.hostOf()).containsExactly(0, 2);
    assertThat(plan.shards())
        .containsExactly(new ShardPlace(0, 0, 0, 16), new ShardPlace(2, 0, 16, 4));
    assertThat(IntStream.range(0, 4).mapToObj(n -> Replica.hosted(plan, n)))
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
    Plan plan = Placement.plan(0, 0, members(slots), 70, new Cuts(size, parameters));

    int end = 0;
    for (ShardPlace place : plan.shards()) {
      assertThat(place.from()).isEqualTo(end).isIn(parameters);
      assertThat(place.length()).isPositive();
      end += place.length();
    }
    assertThat(end).isEqualTo(size);
    int all = slots.stream().mapToInt(Integer::intValue).sum();
    assertThat(plan.shards()).hasSize(Math.min(all, parameters.size()));
  }

  @Test
  void cutsAreWhereShardsBecomeAsEqualAsTheyCan() {
    Cuts cuts = new Cuts(160, List.of(0, 16, 64, 80, 144));

    assertThat(Placement.plan(0, 0, members(List.of(2)), 2, cuts).shards())
        .containsExactly(new ShardPlace(0, 0, 0, 80), new ShardPlace(0, 1, 80, 80));
    assertThat(Placement.plan(0, 0, members(List.of(3)), 3, cuts).shards())
        .containsExactly(
            new ShardPlace(0, 0, 0, 64),
            new ShardPlace(0, 1, 64, 16),
            new ShardPlace(0, 2, 80, 80));
    assertThat(Placement.plan(0, 0, members(List.of(9)), 9, cuts).shards()).hasSize(5);
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

    assertThat(Cuts.of(layout(new L2(1)), new Adam(0.1))).isEqualTo(Cuts.anywhere(96));
    assertThat(Cuts.of(layout(new L2(1)), lamb)).isEqualTo(new Cuts(96, between));
    assertThat(Cuts.of(layout(new MaxNorm(1)), new Adam(0.1))).isEqualTo(new Cuts(96, between));
  }
}
