package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How many of some equal things each member is to have: by its compute slots, and where that is
 * known by how long it needs for one.
 */
final class Shares {
  private final List<Member> members;
  private final Map<Integer, Double> paces;
  private final double usual;

  /**
   * Shares of members.
   *
   * @param paces how long a slot of each node needs for a thing, in any unit; who is not here needs
   *     as long as most. Empty where all are alike
   */
  Shares(List<Member> members, Map<Integer, Double> paces) {
    this.members = members;
    this.paces = paces;
    this.usual = paces.isEmpty() ? 1 : middle(paces.values().stream());
  }

  /** The middle of some paces, the lower one of two; 0 of none. */
  static double middle(Stream<Double> paces) {
    List<Double> sorted = paces.sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2);
  }

  /** The shares of those who are accepted, in the members' order; 0 for the others. */
  int[] of(int things, Predicate<Member> accepted) {
    return paces.isEmpty() ? equal(things, accepted) : quickest(things, accepted);
  }

  private int[] equal(int things, Predicate<Member> accepted) {
    int[] share = new int[members.size()];
    List<Integer> slots = new ArrayList<>();
    for (int m = 0; m < share.length; m++) {
      if (accepted.test(members.get(m))) {
        slots.addAll(Collections.nCopies(members.get(m).slots(), m));
      }
    }
    for (int thing = 0; thing < things; thing++) {
      share[slots.get((int) ((long) thing * slots.size() / things))]++;
    }
    return share;
  }

  /** Gives each thing to whom is done with it first. */
  private int[] quickest(int things, Predicate<Member> accepted) {
    int[] share = new int[members.size()];
    for (int thing = 0; thing < things; thing++) {
      int best = -1;
      for (int m = 0; m < share.length; m++) {
        if (accepted.test(members.get(m))
            && (best < 0 || time(m, share[m] + 1) < time(best, share[best] + 1))) {
          best = m;
        }
      }
      share[best]++;
    }
    return share;
  }

  /** How long a member needs for so many things, of which its slots do one at a time. */
  private double time(int member, int things) {
    Member of = members.get(member);
    int rounds = (things + of.slots() - 1) / of.slots();
    return rounds * paces.getOrDefault(of.node(), usual);
  }

  /** How long all need, who wait for the slowest. */
  double longest(int[] share) {
    double longest = 0;
    for (int m = 0; m < share.length; m++) {
      longest = Math.max(longest, time(m, share[m]));
    }
    return longest;
  }
}
