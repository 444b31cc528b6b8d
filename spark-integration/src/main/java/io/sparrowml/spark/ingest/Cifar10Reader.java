package io.sparrowml.spark.ingest;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of the binary version of CIFAR-10 (Krizhevsky, <em>Learning Multiple Layers of
 * Features from Tiny Images</em>, 2009): records of 3073 bytes,
 *
 * <pre>
 * +-------+----------+------------+-----------+
 * | label | red      | green      | blue      |
 * | 0..9  | 32 x 32  | 32 x 32    | 32 x 32   |
 * +-------+----------+------------+-----------+
 * </pre>
 *
 * Rows hold {@code [height, width, channels]}: the three colours of a pixel together.
 */
final class Cifar10Reader {
  /** The name of the column of pixels. */
  static final String IMAGE = "image";

  private static final int CLASSES = 10;
  private static final int CHANNELS = 3;
  private static final int PIXELS = 32 * 32;
  private static final int RECORD = 1 + CHANNELS * PIXELS;

  private Cifar10Reader() {}

  /** The columns of the rows. */
  static Table.Columns columns(String key, DataConfig config) {
    List<Column> pixels = List.of(Column.image(IMAGE, CHANNELS));
    return new Table.Columns(key, pixels, config.label(), config.missing());
  }

  /**
   * The rows of files. A packed file is read by one task, a plain one by several.
   *
   * @param partitions into how many parts a plain file is cut
   * @throws DataException when a plain file's length is none of whole records
   */
  static Table read(
      JavaSparkContext spark, Table.Columns columns, List<InputFile> files, int partitions) {
    List<Range> ranges = new ArrayList<>();
    for (InputFile file : files) {
      if (file.packed()) {
        ranges.add(new Range(columns.key(), file, 0, Long.MAX_VALUE));
        continue;
      }
      long records = file.bytes() / RECORD;
      if (file.bytes() % RECORD != 0) {
        throw cut(columns.key(), file, file.bytes());
      }
      for (int i = 0; i < partitions; i++) {
        long from = i * records / partitions;
        long to = (i + 1) * records / partitions;
        if (from < to) {
          ranges.add(new Range(columns.key(), file, from, to));
        }
      }
    }
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return new Table(
        columns,
        spark
            .parallelize(ranges, Math.max(1, ranges.size()))
            .flatMap(range -> new Records(range, hadoop.value())));
  }

  private static DataException cut(String key, InputFile file, long bytes) {
    return new DataException(
        "%s: expects records of %d bytes, got %d bytes%s in %s; fetch the file again"
            .formatted(key, RECORD, bytes, file.packed() ? " unpacked" : "", file.path()));
  }

  /** The records {@code [from, to)} of a file, or as many as there are. */
  private record Range(String key, InputFile file, long from, long to) implements Serializable {}

  private static final class Records implements Iterator<RawRow> {
    private final Range range;
    private final InputStream in;
    private final byte[] record = new byte[RECORD];
    private long index;
    private boolean ready;

    Records(Range range, Configuration hadoop) throws IOException {
      this.range = range;
      this.index = range.from;
      try {
        this.in = range.file.open(range.from * RECORD, hadoop);
      } catch (EOFException | ZipException e) {
        throw broken(e);
      }
      advance();
    }

    private DataException broken(IOException e) {
      return new DataException(
          range.key + ": expects a whole .gz file, got " + range.file.path() + ": " + e);
    }

    private void advance() {
      try {
        int got = 0;
        if (index < range.to) {
          got = in.readNBytes(record, 0, RECORD);
        }
        ready = got == RECORD;
        if (!ready) {
          in.close();
        }
        if (got > 0 && !ready) {
          throw cut(range.key, range.file, index * RECORD + got);
        }
      } catch (EOFException | ZipException e) {
        throw broken(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean hasNext() {
      return ready;
    }

    @Override
    public RawRow next() {
      if (!ready) {
        throw new NoSuchElementException();
      }
      index++;
      String where = "record " + index + " of " + range.file.path();
      int label = record[0] & 0xff;
      if (label >= CLASSES) {
        throw new DataException(
            "%s: expects a label of 0 to %d, got %d in %s"
                .formatted(range.key, CLASSES - 1, label, where));
      }
      byte[] image = new byte[CHANNELS * PIXELS];
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          image[pixel * CHANNELS + channel] = record[1 + channel * PIXELS + pixel];
        }
      }
      advance();
      @Nullable Serializable[] values = {image, Integer.toString(label)};
      return new RawRow(values, where);
    }
  }
}
