package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Pace;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.train.OnStraggler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Three nodes, the last one with two slots, host two workers a slot. */
class StragglersTest {
  private static final List<Member> MEMBERS =
      List.of(
          new Member(0, "0", "a", 1, 1),
          new Member(1, "1", "b", 1, 1),
          new Member(2, "2", "c", 1, 2));
  private static final Plan PLAN = Placement.first(0, 0, MEMBERS, 8, Cuts.anywhere(1000).ranges(3));

  private final List<String> told = new ArrayList<>();
  private final long[] computed = new long[3];
  private final long[] millis = new long[3];
  private long now = 5_000;

  private Stragglers stragglers(OnStraggler fate) {
    Stragglers stragglers = new Stragglers(fate, node -> "node " + node, told::add);
    stragglers.begin(PLAN, now);
    tell(stragglers);
    return stragglers;
  }

  private void tell(Stragglers stragglers) {
    for (int node = 0; node < 3; node++) {
      stragglers.add(node, new Pace(0, 0, computed[node], millis[node] * 1_000_000));
    }
  }

  /** Ten seconds in which nodes compute so many parts, and need so long for each. */
  private boolean window(Stragglers stragglers, int parts, int first, int second, int third) {
    int[] each = {first, second, third};
    for (int node = 0; node < 3; node++) {
      int done = parts * MEMBERS.get(node).slots();
      computed[node] += done;
      millis[node] += (long) done * each[node];
    }
    tell(stragglers);
    now += 10_000;
    return stragglers.judge(now);
  }

  @Test
  void whoNeedsMuchLongerIsToldOnceWithHowLongTheOthersWait() {
    Stragglers stragglers = stragglers(OnStraggler.REPORT);
    assertThat(window(stragglers, 20, 500, 100, 100)).isFalse();
    assertThat(told).as("just begun").isEmpty();

    assertThat(window(stragglers, 20, 130, 110, 100)).isFalse();
    assertThat(told).as("hardly slower").isEmpty();

    assertThat(window(stragglers, 20, 100, 400, 110)).isFalse();
    assertThat(told)
        .containsExactly(
            "node 1 is slow: it needs 4.0 times as long as the others for the same work, and they"
                + " waited 6 of the last 10 s for it");

    window(stragglers, 20, 100, 450, 110);
    assertThat(told).hasSize(1);
    window(stragglers, 20, 100, 100, 110);
    assertThat(told).last().isEqualTo("node 1 is not slow any more; the others waited 13 s for it");
  }

  @Test
  void whoIsSlowAtTheEndIsToldWithHowLongTheOthersWaitedInAll() {
    Stragglers stragglers = stragglers(OnStraggler.REPORT);
    window(stragglers, 20, 100, 100, 100);
    window(stragglers, 20, 100, 100, 400);
    window(stragglers, 20, 100, 100, 400);

    stragglers.end();

    assertThat(told).hasSize(2);
    assertThat(told).last().isEqualTo("node 2 was slow; the others waited 12 s for it");
  }

  @Test
  void whoIsSlowButHasLessToDoKeepsNobodyWaiting() {
    Stragglers stragglers = stragglers(OnStraggler.REHOST);
    window(stragglers, 40, 100, 100, 100);
    computed[0] += 10;
    millis[0] += 2_000;
    computed[1] += 40;
    millis[1] += 4_000;
    computed[2] += 80;
    millis[2] += 8_000;

    window(stragglers, 0, 0, 0, 0);

    assertThat(told).isEmpty();
  }

  @Test
  void whoIsAtOnePartAllTheTimeIsFoundToo() {
    Stragglers stragglers = stragglers(OnStraggler.REPORT);
    window(stragglers, 20, 100, 100, 100);
    millis[1] += 10_000; // the others only wait

    window(stragglers, 0, 0, 0, 0);

    assertThat(told).hasSize(1);
    assertThat(told.get(0)).startsWith("node 1 is slow").contains("waited 10 of the last 10 s");
  }

  @Test
  void workMovesOnceItIsWorthIt() {
    Stragglers stragglers = stragglers(OnStraggler.REHOST);
    window(stragglers, 20, 100, 100, 100);
    assertThat(window(stragglers, 20, 100, 400, 100)).isTrue();

    Plan next = Placement.next(1, 9, MEMBERS, PLAN, Set.of(0, 1, 2), stragglers.paces());

    assertThat(next.hosted(0)).hasSize(3).containsAll(PLAN.hosted(0));
    assertThat(next.hosted(1)).isEmpty();
    assertThat(next.hosted(2)).hasSize(5).containsAll(PLAN.hosted(2));

    stragglers.begin(next, now);
    tell(stragglers);
    window(stragglers, 20, 100, 400, 100);
    assertThat(window(stragglers, 20, 100, 400, 100)).as("nothing better").isFalse();
  }

  @Test
  void withoutReasonNothingMoves() {
    Stragglers stragglers = stragglers(OnStraggler.REHOST);
    window(stragglers, 20, 100, 100, 100);
    assertThat(window(stragglers, 20, 100, 140, 100)).isFalse();
    assertThat(stragglers.paces()).isEmpty();
  }

  @Test
  void whenSomebodyComesOrGoesAllAreAlikeAgain() {
    Stragglers stragglers = stragglers(OnStraggler.REHOST);
    window(stragglers, 20, 100, 100, 100);
    window(stragglers, 20, 100, 400, 100);
    assertThat(stragglers.paces()).isNotEmpty();

    stragglers.changed();

    assertThat(stragglers.paces()).isEmpty();
  }
}
