package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory for a limited number of gradients at a time. Each compute thread is given the same as
 * before wherever it is free, since what is recorded over it can be used again.
 *
 * <p>Safe for use by several threads.
 */
final class GradientRooms {
  private final Arena arena;
  private final Shape shape;
  private final List<@Nullable Tensor> rooms = new ArrayList<>();
  private final BitSet taken = new BitSet();
  private int[] before = {};
  private final Runnable freed;
  private int outstanding;
  private int promised;
  private boolean asked;

  /**
   * No rooms yet.
   *
   * @param arena owned by these from now on; memory is taken as it is needed
   * @param shape of a gradient
   * @param freed called when there is room again after there was none
   */
  GradientRooms(Arena arena, Shape shape, Runnable freed) {
    this.arena = arena;
    this.shape = shape;
    this.freed = freed;
  }

  /**
   * Makes rooms for what is to come; those that are taken come back, promises are forgotten.
   *
   * @param count how many at least
   * @param slots how many compute threads
   */
  synchronized void provide(int count, int slots) {
    while (rooms.size() < count) {
      rooms.add(null);
    }
    promised = 0;
    before = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      before[slot] = slot % rooms.size();
    }
  }

  /** From now on one room less is free for those who come without a promise. */
  synchronized void promise() {
    promised++;
  }

  /** Room for a gradient, of undefined content, that was promised; null while there is none. */
  synchronized @Nullable Payload takePromised(int slot) {
    if (outstanding == rooms.size()) {
      asked = true;
      return null;
    }
    promised--;
    return taken(slot);
  }

  /** Room for a gradient, of undefined content; null while there is none. */
  synchronized @Nullable Payload take(int slot) {
    if (outstanding + promised >= rooms.size()) {
      asked = true;
      return null;
    }
    return taken(slot);
  }

  private Payload taken(int slot) {
    int room = before[slot];
    while (taken.get(room)) {
      room = (room + 1) % rooms.size();
    }
    int found = room;
    taken.set(room);
    before[slot] = room;
    outstanding++;
    return new Payload(memory(room), () -> give(found));
  }

  private Tensor memory(int room) {
    Tensor memory = rooms.get(room);
    if (memory == null) {
      memory = Tensor.allocate(arena, DType.FLOAT32, shape);
      rooms.set(room, memory);
    }
    return memory;
  }

  private void give(int room) {
    boolean tell;
    synchronized (this) {
      taken.clear(room);
      outstanding--;
      tell = asked;
      asked = false;
    }
    if (tell) {
      freed.run();
    }
  }

  /** How many are not free. */
  synchronized int outstanding() {
    return outstanding;
  }
}
