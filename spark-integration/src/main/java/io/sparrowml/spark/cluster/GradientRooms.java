package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
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
  private final @Nullable Tensor[] rooms;
  private final boolean[] taken;
  private final int[] before;
  private final Runnable freed;
  private int outstanding;
  private int promised;
  private boolean asked;

  /**
   * Rooms, all free.
   *
   * @param arena owned by these from now on; memory is taken as it is needed
   * @param shape of a gradient
   * @param rooms how many
   * @param slots how many compute threads
   * @param freed called when there is room again after there was none
   */
  GradientRooms(Arena arena, Shape shape, int rooms, int slots, Runnable freed) {
    this.arena = arena;
    this.shape = shape;
    this.rooms = new Tensor[rooms];
    this.taken = new boolean[rooms];
    this.before = new int[slots];
    this.freed = freed;
    for (int slot = 0; slot < slots; slot++) {
      before[slot] = slot % rooms;
    }
  }

  /** From now on one room less is free for those who come without a promise. */
  synchronized void promise() {
    promised++;
  }

  /** Room for a gradient, of undefined content, that was promised; null while there is none. */
  synchronized @Nullable Payload takePromised(int slot) {
    if (outstanding == rooms.length) {
      asked = true;
      return null;
    }
    promised--;
    return taken(slot);
  }

  /** Room for a gradient, of undefined content; null while there is none. */
  synchronized @Nullable Payload take(int slot) {
    if (outstanding + promised >= rooms.length) {
      asked = true;
      return null;
    }
    return taken(slot);
  }

  private Payload taken(int slot) {
    int room = before[slot];
    while (taken[room]) {
      room = (room + 1) % rooms.length;
    }
    int found = room;
    taken[room] = true;
    before[slot] = room;
    outstanding++;
    return new Payload(memory(room), () -> give(found));
  }

  private Tensor memory(int room) {
    Tensor memory = rooms[room];
    if (memory == null) {
      memory = Tensor.allocate(arena, DType.FLOAT32, shape);
      rooms[room] = memory;
    }
    return memory;
  }

  private void give(int room) {
    boolean tell;
    synchronized (this) {
      taken[room] = false;
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
