package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.spark.wire.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static List<Member> members(List<Integer> slots) {
    List<Member> members = new ArrayList<>();
    for (int count : slots) {
      members.add(new Member(members.size(), "executor", "host", 1, count));
    }
    return members;
  }

  /** The shortest time of any way to share out things from a member on. */
  private static double shortest(Shares shares, int[] share, int member, int left) {
    if (member == share.length - 1) {
      share[member] = left;
      return shares.longest(share);
    }
    double best = Double.MAX_VALUE;
    for (int own = 0; own <= left; own++) {
      share[member] = own;
      best = Math.min(best, shortest(shares, share, member + 1, left - own));
    }
    return best;
  }

  @Property(tries = 300, seed = "42")
  void nobodyCouldBeDoneSooner(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 3) Integer> slots,
      @ForAll @IntRange(min = 1, max = 10) int things,
      @ForAll @Size(value = 3) List<@IntRange(min = 1, max = 50) Integer> each) {
    Map<Integer, Double> paces = new HashMap<>();
    for (int node = 0; node < slots.size(); node++) {
      paces.put(node, (double) each.get(node));
    }
    Shares shares = new Shares(members(slots), paces);

    int[] share = shares.of(things, member -> true);

    assertThat(share).satisfies(s -> assertThat(Arrays.stream(s).sum()).isEqualTo(things));
    assertThat(shares.longest(share)).isEqualTo(shortest(shares, new int[slots.size()], 0, things));
  }

  @Test
  void whoIsNotKnownNeedsAsLongAsMost() {
    Shares shares = new Shares(members(List.of(1, 1, 1)), Map.of(0, 10.0, 1, 40.0));

    assertThat(shares.of(9, member -> true)).containsExactly(4, 1, 4);
  }

  @Test
  void whoIsNotAcceptedGetsNothing() {
    Shares shares = new Shares(members(List.of(1, 2, 1)), Map.of(0, 1.0, 1, 1.0, 2, 1.0));

    assertThat(shares.of(6, member -> member.node() != 1)).containsExactly(3, 0, 3);
  }
}
