package io.sparrowml.optimizer;

/**
 * Some consecutive parameters with their gradients and slots, copied onto the heap where the update
 * rules' loops are vectorized.
 */
public final class Chunk {
  private final float[] parameters;
  private final float[] gradients;
  private final float[][] slots;
  private int length;

  Chunk(int slots) {
    int capacity = capacity(slots);
    this.parameters = new float[capacity];
    this.gradients = new float[capacity];
    this.slots = new float[slots][capacity];
  }

  /**
   * Few enough for a processor to fetch the next chunk from memory while it computes this one, and
   * the fewer the more arrays there are; more than a few, as each copy has a cost of its own.
   */
  private static int capacity(int slots) {
    return slots < 2 ? 256 : 128;
  }

  /** How many parameters a chunk holds at the most. */
  int capacity() {
    return parameters.length;
  }

  /** The parameters; the rule overwrites them. */
  public float[] parameters() {
    return parameters;
  }

  /** The mean gradients over the batch. */
  public float[] gradients() {
    return gradients;
  }

  /** What the rule remembers; it overwrites them. */
  public float[] slot(int index) {
    return slots[index];
  }

  /** How many parameters are in the chunk. */
  public int length() {
    return length;
  }

  void length(int newLength) {
    length = newLength;
  }
}
