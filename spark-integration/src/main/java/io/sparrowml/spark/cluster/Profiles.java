package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Plan;
import io.sparrowml.spark.wire.Profile;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.train.StepProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the compute slots tell of where their time went. */
final class Profiles {
  private final Map<Slot, StepProfile> spent = new HashMap<>();
  private final Map<Integer, Traffic> sent = new TreeMap<>();

  /** A compute slot of a node. */
  private record Slot(int node, int slot) {}

  void add(Profile profile) {
    spent.put(new Slot(profile.node(), profile.slot()), profile.spent());
    sent.merge(profile.node(), profile.sent(), Traffic::plus);
  }

  /** Whether all slots of a plan have told. */
  boolean complete(Plan plan) {
    return spent.size() >= plan.members().stream().mapToInt(Member::slots).sum();
  }

  /** What each node has sent. */
  List<Traffic> sent() {
    return List.copyOf(sent.values());
  }

  StepProfile total() {
    return spent.values().stream().reduce(StepProfile.none(), StepProfile::plus);
  }
}
