package io.sparrowml.spark.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kinds of message, with the byte that stands for each. */
enum Kind {
  PUSH(1, Push.class),
  PULL(2, Pull.class),
  SLICE(3, Slice.class),
  STATE(4, State.class),
  JOIN(16, Join.class),
  PLAN(17, Plan.class),
  READY(18, Ready.class),
  BEGIN(19, Begin.class),
  PROGRESS(20, Progress.class),
  REPORT(21, Report.class),
  DECISION(22, Decision.class),
  FAILURE(23, Failure.class),
  FINISH(24, Finish.class),
  HEARTBEAT(25, Heartbeat.class),
  HELLO(26, Hello.class),
  NORM(27, Norm.class),
  PROFILE(28, Profile.class),
  SAVED(29, Saved.class),
  REGROUP(30, Regroup.class),
  QUIET(31, Quiet.class),
  MEASURED(32, Measured.class),
  HELD(33, Held.class),
  UNREACHABLE(34, Unreachable.class),
  SKIPPED(35, Skipped.class),
  PACE(36, Pace.class);

  private static final Map<Integer, Kind> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(Kind::code, Function.identity()));
  private static final Map<Class<?>, Kind> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toMap(Kind::type, Function.identity()));

  private static final int TENSOR_HEAD_LIMIT = 1 << 20;
  private static final int CONTROL_HEAD_LIMIT = 16 << 20;

  /** Metric states grow with the rows. */
  private static final int STATES_HEAD_LIMIT = 512 << 20;

  private final int code;
  private final Class<? extends Message> type;

  Kind(int code, Class<? extends Message> type) {
    this.code = code;
    this.type = type;
  }

  /** The byte in the prefix. */
  int code() {
    return code;
  }

  /** The record. */
  Class<? extends Message> type() {
    return type;
  }

  /** Whether the head is JSON. */
  boolean isControl() {
    return code >= JOIN.code;
  }

  /** The most bytes that a head may have. */
  int headLimit() {
    if (!isControl()) {
      return TENSOR_HEAD_LIMIT;
    }
    return this == REPORT || this == MEASURED || this == HELD
        ? STATES_HEAD_LIMIT
        : CONTROL_HEAD_LIMIT;
  }

  static Kind of(Message message) {
    Kind kind = BY_TYPE.get(message.getClass());
    if (kind == null) {
      throw new IllegalArgumentException("frame: no kind stands for " + message.getClass());
    }
    return kind;
  }

  static Kind of(int code) {
    Kind kind = BY_CODE.get(code);
    if (kind == null) {
      throw new WireException("frame: kind expects a known one, got " + code);
    }
    return kind;
  }
}
