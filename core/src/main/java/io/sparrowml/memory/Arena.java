package io.sparrowml.memory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory with a name and a limit, given out by moving a pointer and taken back all at
 * once.
 *
 * <p>An arena takes large chunks from Arrow and hands out slices of them, each aligned to 64 bytes
 * and <em>not</em> cleared. {@link #reset} makes everything reusable without giving the chunks
 * back, so a loop that allocates the same sizes each time stops taking memory after its first turn.
 * Two arenas serve a training: one for the model, which lives as long as it does, and one a compute
 * thread for the step.
 *
 * <p>An arena is used by one thread at a time; arenas of one tree may be used by different threads.
 */
public final class Arena implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final long SMALLEST_CHUNK = 1 << 16;
  private static final long LARGEST_STEP = 1 << 24;

  private final String name;
  private final @Nullable Arena parent;
  private final BufferAllocator allocator;
  private final Set<Arena> children = new LinkedHashSet<>();
  private final List<ArrowBuf> chunks = new ArrayList<>();
  private int current;
  private long position;
  private long used;
  private long peak;
  private long chunksTaken;
  private boolean closed;

  private Arena(String name, @Nullable Arena parent, BufferAllocator allocator) {
    this.name = name;
    this.parent = parent;
    this.allocator = allocator;
  }

  /**
   * A root of a tree of arenas.
   *
   * @param limitBytes what it and all its children may take together, in bytes
   */
  public static Arena root(String name, long limitBytes) {
    return new Arena(name, null, new RootAllocator(limitBytes));
  }

  /**
   * An arena whose memory counts against this one's limit as well.
   *
   * @param limitBytes what the child may take, in bytes
   */
  public Arena child(String childName, long limitBytes) {
    Arena child = new Arena(childName, this, allocator.newChildAllocator(childName, 0, limitBytes));
    synchronized (children) {
      children.add(child);
    }
    return child;
  }

  /** As {@link #child(String, long)}, limited by this arena alone. */
  public Arena child(String childName) {
    return child(childName, Long.MAX_VALUE);
  }

  /**
   * Hands out memory that nothing else uses until {@link #reset} or {@link #close}; its content is
   * undefined.
   *
   * @param bytes how many bytes, at most 2 GiB - 1
   * @throws ArenaException when the limit does not allow it
   */
  public Block allocate(long bytes) {
    if (closed) {
      throw new ArenaException(
          "arena '" + name + "': allocate expects an open arena, got a closed one");
    }
    if (bytes < 0 || bytes > Integer.MAX_VALUE) {
      throw new ArenaException(
          "arena '"
              + name
              + "': a block expects 0 to "
              + Integer.MAX_VALUE
              + " bytes, got "
              + bytes);
    }
    while (current < chunks.size()) {
      ArrowBuf chunk = chunks.get(current);
      long start = aligned(chunk.memoryAddress() + position) - chunk.memoryAddress();
      if (start + bytes <= chunk.capacity()) {
        position = start + bytes;
        return taken(new Block(chunk, start, bytes));
      }
      current++;
      position = 0;
    }
    ArrowBuf chunk = takeChunk(bytes + ALIGNMENT);
    long start = aligned(chunk.memoryAddress()) - chunk.memoryAddress();
    position = start + bytes;
    return taken(new Block(chunk, start, bytes));
  }

  private Block taken(Block block) {
    used += block.bytes();
    peak = Math.max(peak, used);
    return block;
  }

  private ArrowBuf takeChunk(long atLeast) {
    long step = Math.min(LARGEST_STEP, Math.max(SMALLEST_CHUNK, allocator.getAllocatedMemory()));
    try {
      ArrowBuf chunk = allocator.buffer(Math.max(atLeast, step));
      chunks.add(chunk);
      chunksTaken++;
      return chunk;
    } catch (OutOfMemoryException e) {
      throw new ArenaException(
          "arena '%s': allocate expects %,d bytes within the limit of %,d, got %,d in use; give it a higher limit"
              .formatted(name, atLeast, allocator.getLimit(), allocator.getAllocatedMemory()));
    }
  }

  private static long aligned(long address) {
    return (address + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Makes all memory handed out so far reusable; blocks from before must not be used again. */
  public void reset() {
    current = 0;
    position = 0;
    used = 0;
  }

  /** The name, as errors give it. */
  public String name() {
    return name;
  }

  /** Bytes handed out since the last reset. */
  public long used() {
    return used;
  }

  /** The most bytes that were ever handed out at once. */
  public long peak() {
    return peak;
  }

  /** How often memory was taken from the system: constant over steps that allocate nothing new. */
  public long chunksTaken() {
    return chunksTaken;
  }

  /**
   * Gives all memory back.
   *
   * @throws ArenaException naming the children that are still open; their memory is given back too
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Arena> open;
    synchronized (children) {
      open = List.copyOf(children);
    }
    List<String> leaks = open.stream().map(Arena::describe).collect(Collectors.toList());
    open.forEach(Arena::close);
    chunks.forEach(ArrowBuf::close);
    chunks.clear();
    allocator.close();
    if (parent != null) {
      synchronized (parent.children) {
        parent.children.remove(this);
      }
    }
    if (!leaks.isEmpty()) {
      throw new ArenaException(
          "arena '" + name + "': close expects no open arena in it, got " + leaks);
    }
  }

  /** Gives all memory back, that of the arenas in this one too: for whoever owns the whole tree. */
  public void closeAll() {
    List<Arena> open;
    synchronized (children) {
      open = List.copyOf(children);
    }
    open.forEach(Arena::closeAll);
    close();
  }

  private String describe() {
    return "'" + name + "' with " + used + " bytes in use";
  }
}
