package io.sparrowml.optimizer;

import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an update rule remembers of each parameter of a slice, such as Adam's moments: zeros at
 * first.
 *
 * <p>It lies on the heap, cut as updates are, so that rules work on it where it is: in other
 * memory, it would have to be copied from there and back in each update.
 *
 * <p>Belongs to one thread at a time.
 */
public final class Slots {
  private static final float[][] NONE = {};

  private final int count;
  private final int length;
  private final List<Piece> pieces = new ArrayList<>();
  private int next;

  /** Numbers that one chunk of an update is about, {@code vectors[slot][number]}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(int from, float[][] vectors) {
    int length() {
      return vectors[0].length;
    }
  }

  /**
   * Zeros.
   *
   * @param count of slots
   * @param length of the slice
   * @param segments what lies in it; the slots of other numbers, and of statistics, are zeros
   *     forever and take no memory
   */
  Slots(int count, int length, List<Segment> segments) {
    this.count = count;
    this.length = length;
    int capacity = Chunk.capacity(count);
    for (Segment segment : segments) {
      if (count > 0 && segment instanceof Segment.Trained) {
        for (int at = 0; at < segment.length(); at += capacity) {
          int size = Math.min(capacity, segment.length() - at);
          pieces.add(new Piece(segment.from() + at, new float[count][size]));
        }
      }
    }
  }

  /** Those of a rule that remembers nothing. */
  public static Slots none() {
    return new Slots(0, 0, List.of());
  }

  /** How many slots there are. */
  public int count() {
    return count;
  }

  /** How many numbers each has, those of the slice. */
  public int length() {
    return length;
  }

  /** All zeros, as at first. */
  public void clear() {
    for (Piece piece : pieces) {
      for (float[] vector : piece.vectors) {
        Arrays.fill(vector, 0);
      }
    }
  }

  /**
   * Copies a slot.
   *
   * @param into {@code [length]}, overwritten
   */
  public void copyTo(int slot, Tensor into) {
    into.clear();
    FloatBuffer numbers = into.floats();
    for (Piece piece : pieces) {
      numbers.put(piece.from, piece.vectors[slot]);
    }
  }

  /**
   * Takes on numbers of a slot.
   *
   * @param at index of the first
   * @param numbers {@code [n]}, n at most the slice's length less that index
   */
  public void copyFrom(int slot, int at, Tensor numbers) {
    FloatBuffer source = numbers.floats();
    for (Piece piece : pieces) {
      int first = Math.max(piece.from, at);
      int end = Math.min(piece.from + piece.length(), at + source.limit());
      if (first < end) {
        source.get(first - at, piece.vectors[slot], first - piece.from, end - first);
      }
    }
  }

  /**
   * An update begins: {@link #next} gives the first chunk's.
   *
   * @param wanted how many slots the rule has
   */
  void begin(int wanted) {
    if (count != wanted) {
      throw new IllegalArgumentException(
          "slots: the rule expects %d, got %d; make them by the updater's slots(length)"
              .formatted(wanted, count));
    }
    next = 0;
  }

  /** The next chunk's numbers by slot, {@code [slot][number]}. */
  float[][] next() {
    return count == 0 ? NONE : pieces.get(next++).vectors;
  }
}
