package io.sparrowml.optimizer;

/**
 * Some consecutive parameters with their gradients and slots, copied onto the heap where the update
 * rules' loops are vectorized.
 */
public final class Chunk {
  /** How many parameters a chunk holds at the most: few enough for all its arrays to stay in L1. */
  public static final int CAPACITY = 512;

  private final float[] parameters = new float[CAPACITY];
  private final float[] gradients = new float[CAPACITY];
  private final float[][] slots;
  private int length;

  Chunk(int slots) {
    this.slots = new float[slots][CAPACITY];
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
