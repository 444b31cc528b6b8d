package io.sparrowml.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Blocks of an arena that may be given back one by one and are then handed out again to whoever
 * asks for as many bytes.
 *
 * <p>Belongs to one thread, as its arena does.
 */
public final class Recycler {
  private static final long GRAIN = 64;

  private final Arena arena;
  private final Map<Long, Deque<Block>> free = new HashMap<>();

  /**
   * Recycles blocks of an arena.
   *
   * @param arena used by this recycler alone
   */
  public Recycler(Arena arena) {
    this.arena = arena;
  }

  /** How many bytes a block for so many takes. */
  private static long rounded(long bytes) {
    return (bytes + GRAIN - 1) / GRAIN * GRAIN;
  }

  /** A block of at least so many bytes, of undefined content. */
  public Block take(long bytes) {
    Deque<Block> same = free.get(rounded(bytes));
    Block block = same == null ? null : same.poll();
    return block == null ? arena.allocate(rounded(bytes)) : block;
  }

  /** Takes back a block that {@link #take} gave, once. */
  public void give(Block block) {
    free.computeIfAbsent(block.bytes(), bytes -> new ArrayDeque<>()).push(block);
  }

  /** Takes back all blocks, also those not given back. */
  public void reset() {
    free.values().forEach(Deque::clear);
    arena.reset();
  }
}
