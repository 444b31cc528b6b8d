package io.sparrowml.kernel;

/**
 * What group normalization takes its statistics over, with a tensor seen as {@code [rows,
 * positions, groups, width]}: each row and group has the statistics of its {@code positions width}
 * numbers. A channel is a place of the last two axes.
 *
 * @param epsilon what is added to a variance before its root is taken
 */
public record GroupSizes(int rows, int positions, int groups, int width, double epsilon) {
  /** How many channels there are. */
  int channels() {
    return groups * width;
  }

  /** How many numbers a row has. */
  int rowLength() {
    return positions * groups * width;
  }
}
