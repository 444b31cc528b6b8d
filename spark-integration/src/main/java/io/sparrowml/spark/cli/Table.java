package io.sparrowml.spark.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text in columns: the first to the left, the others to the right where they hold numbers. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();

  /** Adds a row; the first one is the head. */
  Table add(Object... cells) {
    rows.add(Arrays.stream(cells).map(Table::text).toArray(String[]::new));
    return this;
  }

  private static String text(Object cell) {
    return cell instanceof Number number ? "%,d".formatted(number.longValue()) : cell.toString();
  }

  @Override
  public String toString() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    Arrays.fill(numbers, true);
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], rows.get(r)[c].length());
        numbers[c] &= r == 0 || rows.get(r)[c].matches("[0-9,.]*( %)?");
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String blank = " ".repeat(widths[c] - row[c].length());
        line.append(numbers[c] ? blank + row[c] : row[c] + blank).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
