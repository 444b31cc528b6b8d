package io.sparrowml.memory;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Blocks of one size that come and go in any order: gradients on their way, messages received.
 *
 * <p>Safe for use by several threads. Blocks given back are handed out again, the latest first.
 */
public final class Pool {
  private final Arena arena;
  private final long blockBytes;
  private final Deque<Block> free = new ArrayDeque<>();
  private int outstanding;

  /**
   * A pool that grows within the arena as needed.
   *
   * @param arena owned by this pool from now on: nobody else allocates from it
   * @param blockBytes the size of each block, in bytes
   */
  public Pool(Arena arena, long blockBytes) {
    this.arena = arena;
    this.blockBytes = blockBytes;
  }

  /** A block of undefined content. */
  public synchronized Block take() {
    Block block = free.poll();
    if (block == null) {
      block = arena.allocate(blockBytes);
    }
    outstanding++;
    return block;
  }

  /** Takes back a block that {@link #take} gave. */
  public synchronized void give(Block block) {
    if (block.bytes() != blockBytes) {
      throw new IllegalArgumentException(
          "pool: give expects a block of " + blockBytes + " bytes, got " + block.bytes());
    }
    outstanding--;
    free.push(block);
  }

  /** The size of each block, in bytes. */
  public long blockBytes() {
    return blockBytes;
  }

  /** How many blocks are taken and not given back. */
  public synchronized int outstanding() {
    return outstanding;
  }
}
