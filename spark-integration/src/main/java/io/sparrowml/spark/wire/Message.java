package io.sparrowml.spark.wire;

/**
 * One thing that nodes, shards and the coordinator say to each other.
 *
 * <p>Every message carries the generation (the period between two changes of membership) and the
 * step (one global update) that it belongs to, so that a late one can be told and dropped. A
 * message with a payload owns off-heap memory: whoever consumes or drops it calls {@link #release}
 * once.
 */
public sealed interface Message
    permits Push,
        Pull,
        Slice,
        Join,
        Plan,
        Ready,
        Begin,
        Progress,
        Report,
        Decision,
        Failure,
        Finish,
        Heartbeat,
        Hello,
        Norm,
        Profile,
        Saved,
        Regroup,
        Quiet,
        Measured,
        Held,
        State,
        Unreachable,
        Skipped,
        Pace {

  /** The period between two changes of membership. */
  int generation();

  /** The global update. */
  long step();

  /** Gives back the payload's memory, where there is one. */
  default void release() {}
}
