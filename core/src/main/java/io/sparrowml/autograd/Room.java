package io.sparrowml.autograd;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Block;
import org.jspecify.annotations.Nullable;

/**
 * Memory in which programs take turns. It grows with the largest of them; where that comes first,
 * or is known, nothing is taken twice.
 */
public final class Room {
  private final Arena arena;
  private @Nullable Block block;

  /**
   * No room yet.
   *
   * @param arena to take it from
   */
  public Room(Arena arena) {
    this.arena = arena;
  }

  /** At least so many bytes. */
  public Block of(long bytes) {
    Block known = block;
    if (known == null || known.bytes() < bytes) {
      known = arena.allocate(bytes);
      block = known;
    }
    return known;
  }
}
