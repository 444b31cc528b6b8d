package io.sparrowml.spark.cluster;

/** What nodes tell of each other that they do not reach, though the coordinator reaches all. */
final class BrokenConnections {
  private static final int MOST = 3;

  private String reason = "";
  private long since = -1;
  private long step;
  private int times;

  /** A connection is broken. */
  void told(String what, long now) {
    if (since < 0) {
      since = now;
      reason = what;
    }
  }

  /** What was told first. */
  String reason() {
    return reason;
  }

  /** Whether one was broken at some time, and nothing has been done about it. */
  boolean lasts(long at) {
    return since >= 0 && since < at;
  }

  /** All connect anew. */
  void settled() {
    since = -1;
  }

  /** Training goes on from a step: a later one shows that connections hold. */
  void reached(long present) {
    times = present > step ? 0 : times;
    step = present;
  }

  /** Whether to try again: a few times at one step. */
  boolean again() {
    times++;
    return times <= MOST;
  }
}
