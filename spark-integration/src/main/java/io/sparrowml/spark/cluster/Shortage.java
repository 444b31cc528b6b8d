package io.sparrowml.spark.cluster;

/** Why training does not begin, or go on, with who is there. */
final class Shortage {
  private final Membership asked;
  private final Roster roster;

  Shortage(Membership asked, Roster roster) {
    this.asked = asked;
    this.roster = roster;
  }

  /** Too few have come. */
  String toBegin() {
    return "training expects %d compute slots within %d s, got %d%s; free cluster resources, lower cluster.slots or cluster.min-slots, or raise cluster.start-timeout"
        .formatted(
            asked.slots(),
            asked.startTimeout().toSeconds(),
            roster.slots(),
            roster.all().isEmpty() ? "" : " from " + roster.all());
  }

  /** Too few are left. */
  String toGoOn(String loss) {
    return "%s; training expects %d compute slots to go on within %d s, got %d"
        .formatted(loss, asked.minSlots(), asked.startTimeout().toSeconds(), roster.slots());
  }

  /** Those who are left do not answer. */
  String ofAnswers(String loss, String from) {
    return "%s; %s expects to leave the step in flight within %d s, got no answer"
        .formatted(loss, from, asked.startTimeout().toSeconds());
  }
}
