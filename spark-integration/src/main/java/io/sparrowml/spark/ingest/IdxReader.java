package io.sparrowml.spark.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Reads a file of images and a file of labels, row by row together. */
final class IdxReader {
  /** The name of the column of pixels. */
  static final String IMAGE = "image";

  private IdxReader() {}

  /**
   * The rows of both files. A packed file is read by one task, plain ones by several.
   *
   * @param partitions into how many parts plain files are cut
   * @throws DataException when a file is broken or the two do not fit together
   */
  static Table read(JavaSparkContext spark, Table.Columns columns, Source source, int partitions) {
    Configuration hadoop = spark.hadoopConfiguration();
    String key = columns.key();
    IdxFile images;
    IdxFile labels;
    try {
      images =
          IdxFile.open(
              key + ".images",
              Objects.requireNonNull(source.images()),
              IdxFile.Kind.IMAGES,
              hadoop);
      labels =
          IdxFile.open(
              key + ".labels",
              Objects.requireNonNull(source.labels()),
              IdxFile.Kind.LABELS,
              hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (images.count() != labels.count()) {
      throw new DataException(
          "%s: expects as many images as labels, got %,d in %s and %,d in %s"
              .formatted(key, images.count(), images.path(), labels.count(), labels.path()));
    }
    boolean packed = images.packed() || labels.packed();
    int parts = packed ? 1 : Math.max(1, Math.min(partitions, images.count()));
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      ranges.add(new Range(at(i, parts, images.count()), at(i + 1, parts, images.count())));
    }
    SerializableConfiguration configuration = new SerializableConfiguration(hadoop);
    return new Table(
        columns,
        spark
            .parallelize(ranges, parts)
            .flatMap(range -> new Rows(images, labels, range, configuration.value())));
  }

  private static int at(int part, int parts, int count) {
    return (int) ((long) part * count / parts);
  }

  /** The rows {@code [from, to)}. */
  private record Range(int from, int to) implements Serializable {}

  /** The rows of a range; ends with a check that the files end where they should. */
  private static final class Rows implements Iterator<RawRow> {
    private final IdxFile images;
    private final IdxFile labels;
    private final int to;
    private final InputStream pixels;
    private final InputStream digits;
    private int row;

    Rows(IdxFile images, IdxFile labels, Range range, Configuration hadoop) throws IOException {
      this.images = images;
      this.labels = labels;
      this.row = range.from;
      this.to = range.to;
      this.pixels = images.items(row, hadoop);
      this.digits = labels.items(row, hadoop);
    }

    @Override
    public boolean hasNext() {
      return row < to;
    }

    @Override
    public RawRow next() {
      if (row >= to) {
        throw new NoSuchElementException();
      }
      byte[] image = new byte[images.itemBytes()];
      byte[] label = new byte[1];
      try {
        images.read(pixels, row, image);
        labels.read(digits, row, label);
        row++;
        if (row == to) {
          close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      @Nullable Serializable[] values = {image, Integer.toString(label[0] & 0xff)};
      return new RawRow(values, "row " + row + " of " + labels.path());
    }

    private void close() throws IOException {
      try (pixels;
          digits) {
        if (row == images.count()) {
          images.checkEnd(pixels);
          labels.checkEnd(digits);
        }
      }
    }
  }
}
