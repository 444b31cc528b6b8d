package io.sparrowml.optimizer;

/**
 * Some consecutive parameters with their gradients and slots on the heap, where the update rules'
 * loops are vectorized: parameters and gradients as copies, the slots themselves.
 */
public final class Chunk {
  private final float[] parameters;
  private final float[] gradients;
  private float[][] slots = {};
  private int length;

  Chunk(int slots) {
    this.parameters = new float[capacity(slots)];
    this.gradients = new float[capacity(slots)];
  }

  /**
   * The most parameters that a chunk holds where there are so many slots: without any, few enough
   * for a processor to fetch the next chunk from memory while it computes this one; else many
   * enough for it to fetch ahead within an array, and few enough for the second-level cache.
   */
  static int capacity(int slots) {
    return slots == 0 ? 256 : 4096;
  }

  /** The most parameters that this chunk holds. */
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

  void slots(float[][] newSlots) {
    slots = newSlots;
  }

  /** How many parameters are in the chunk. */
  public int length() {
    return length;
  }

  void length(int newLength) {
    length = newLength;
  }
}
