package io.sparrowml.spark.wire;

import io.sparrowml.train.Phase;
import io.sparrowml.train.StepProfile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Messages of every kind, and how tests compare them. */
public final class Messages {
  private Messages() {}

  /** A payload of these values. */
  public static Payload payload(Bodies bodies, float... values) {
    Payload payload = bodies.take(values.length);
    payload.values().floats().put(values);
    return payload;
  }

  /** One message of each kind, and the push of no samples. */
  public static List<Message> ofEveryKind(Bodies bodies) {
    return List.of(
        new Push(7, 42, 3, 5, 128, payload(bodies, 1, -2, 0.5f)),
        new Push(7, 42, 3, 5, 0, null),
        new Pull(7, 42, 3, 5),
        new Slice(7, 42, 3, 0, payload(bodies, 1, -2)),
        new State(7, 42, 3, 2, payload(bodies, 1, -2)),
        new Join(7, 42, "executor-1", "10.0.0.1", 4040, 2),
        new Plan(
            7,
            42,
            List.of(new Member(0, "1", "a", 1, 2), new Member(1, "2", "b", 3, 4)),
            new int[] {0, 1, 1},
            List.of(new ShardPlace(0, 0, 1, 0, 10), new ShardPlace(1, 0, 0, 10, 11)),
            new int[] {0, 0},
            List.of(1)),
        new Ready(7, 42, 1),
        new Begin(7, 42, 3, 0.25),
        new Progress(7, 42, 1, 0.25),
        new Report(7, 42, 3, List.of(new Report.Part(2, new long[][] {{1, -2}, {}}))),
        new Decision(7, 42, 3, true, false, true, true, 0.25),
        new Failure(7, 42, "lost executor 1: killed"),
        new Finish(7, 42),
        new Heartbeat(7, 42),
        new Hello(7, 42, 1),
        new Norm(7, 42, 3, new long[] {0, 1, 4294967295L}),
        new Profile(
            7,
            42,
            1,
            2,
            new StepProfile(
                1,
                42,
                Map.of(Phase.WAIT, 5L, Phase.INPUT, 4294967296L),
                List.of(new StepProfile.LayerTime("2/layers/0", 3, 4))),
            new Traffic(1, 2, 3)),
        new Saved(7, 42, 3, "part-00003", 1024, "ab12", ""),
        new Regroup(7, 42),
        new Quiet(7, 42, 1),
        new Measured(7, 42, 5, new long[][] {{1, -2}, {}}),
        new Held(7, 42, 3, new long[] {0, 1}, new long[][] {{1, -2}}, new long[] {41, 42}),
        new Unreachable(7, 42, 1, 2, "connection refused"),
        new Skipped(7, 42, 17),
        new Pace(7, 42, 3, 4294967296L));
  }

  /** What is equal for equal messages, payloads by their values. */
  public static Object comparable(Message message) {
    if (message instanceof Push push) {
      Payload payload = push.payload();
      return List.of(
          "push",
          push.generation(),
          push.step(),
          push.shard(),
          push.subtree(),
          push.count(),
          payload == null ? "none" : values(payload));
    }
    if (message instanceof Slice slice) {
      return List.of(
          "slice", slice.generation(), slice.step(), slice.shard(), values(slice.payload()));
    }
    if (message instanceof State state) {
      return List.of(
          "state",
          state.generation(),
          state.step(),
          state.shard(),
          state.part(),
          values(state.payload()));
    }
    return message;
  }

  private static String values(Payload payload) {
    return Arrays.toString(payload.values().toFloats());
  }
}
