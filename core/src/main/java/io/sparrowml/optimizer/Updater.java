package io.sparrowml.optimizer;

import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Applies an optimizer to a slice of off-heap memory, chunk by chunk.
 *
 * <p>Belongs to one thread.
 */
public final class Updater {
  private final Optimizer optimizer;
  private final Chunk chunk;
  private final float[] products = new float[Chunk.CAPACITY];
  private final float[] zeros = new float[Chunk.CAPACITY];

  /** An updater for a rule. */
  public Updater(Optimizer optimizer) {
    this.optimizer = optimizer;
    this.chunk = new Chunk(optimizer.slots());
  }

  /**
   * One update.
   *
   * @param parameters {@code [n]}, overwritten
   * @param gradientSums {@code [n]}, summed over the samples
   * @param samples how many samples the sums are over, at least 1
   * @param slots as many {@code [n]} as the rule wants, overwritten
   * @param step counts updates from 1
   * @return the index of the first gradient that is not finite, in which case neither the
   *     parameters nor the slots from its chunk on are changed; -1 when all are
   */
  public int update(
      Tensor parameters, Tensor gradientSums, long samples, List<Tensor> slots, long step) {
    FloatBuffer values = parameters.floats();
    FloatBuffer sums = gradientSums.floats();
    List<FloatBuffer> memory = slots.stream().map(Tensor::floats).toList();
    for (int from = 0; from < values.limit(); from += Chunk.CAPACITY) {
      int length = Math.min(Chunk.CAPACITY, values.limit() - from);
      chunk.length(length);
      sums.get(from, chunk.gradients(), 0, length);
      average(chunk.gradients(), length, samples);
      int bad = firstNonFinite(chunk.gradients(), length);
      if (bad >= 0) {
        return from + bad;
      }
      values.get(from, chunk.parameters(), 0, length);
      for (int i = 0; i < memory.size(); i++) {
        memory.get(i).get(from, chunk.slot(i), 0, length);
      }
      optimizer.update(chunk, step);
      values.put(from, chunk.parameters(), 0, length);
      for (int i = 0; i < memory.size(); i++) {
        memory.get(i).put(from, chunk.slot(i), 0, length);
      }
    }
    return -1;
  }

  private static void average(float[] sums, int length, long samples) {
    float count = samples;
    for (int i = 0; i < length; i++) {
      sums[i] = sums[i] / count;
    }
  }

  /** The index of the first number that is not finite, -1 when all are. */
  private int firstNonFinite(float[] numbers, int length) {
    for (int i = 0; i < length; i++) {
      products[i] = Math.abs(numbers[i] * 0); // 0, or not a number
    }
    return Arrays.mismatch(products, 0, length, zeros, 0, length);
  }
}
