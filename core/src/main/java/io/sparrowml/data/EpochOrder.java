package io.sparrowml.data;

import io.sparrowml.tensor.RandomKey;

/**
 * The order in which a logical worker visits its rows in an epoch: the chunks in random order, and
 * inside a window of several chunks the rows in random order. So no more than a window has to be in
 * memory at once, and the same order serves rows held in memory and rows streamed from disk.
 *
 * @param chunk rows a chunk, as packed
 * @param window chunks a window
 */
public record EpochOrder(int chunk, int window) {
  /** Checks the sizes. */
  public EpochOrder {
    if (chunk < 1 || window < 1) {
      throw new IllegalArgumentException(
          "epoch order expects chunks and windows of at least 1, got " + chunk + " and " + window);
    }
  }

  /**
   * The numbers of the rows, in the order of their visit.
   *
   * @param seed the training's key
   * @param rows how many rows the worker has
   * @return each number from 0 to {@code rows - 1} once
   */
  public int[] of(RandomKey seed, long epoch, int worker, int rows) {
    RandomKey key = seed.with("epoch order").with(epoch).with(worker);
    int[] chunks = new int[(int) (((long) rows + chunk - 1) / chunk)];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = i;
    }
    shuffle(chunks, 0, chunks.length, key.with("chunks"));
    int[] order = new int[rows];
    int filled = 0;
    for (int first = 0; first < chunks.length; first += window) {
      int start = filled;
      for (int i = first; i < Math.min(first + window, chunks.length); i++) {
        int end = (int) Math.min((long) (chunks[i] + 1) * chunk, rows);
        for (int row = chunks[i] * chunk; row < end; row++) {
          order[filled++] = row;
        }
      }
      shuffle(order, start, filled, key.with("rows").with(first));
    }
    return order;
  }

  /** Shuffles {@code [from, to)} (Fisher and Yates, 1938; Durstenfeld, 1964). */
  private static void shuffle(int[] values, int from, int to, RandomKey key) {
    for (int i = to - 1; i > from; i--) {
      int other = from + key.below(i, i - from + 1);
      int value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }
}
