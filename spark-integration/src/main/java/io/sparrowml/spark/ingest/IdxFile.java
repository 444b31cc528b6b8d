package io.sparrowml.spark.ingest;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * A file of unsigned bytes in IDX, the format of MNIST; plain, or packed when its name ends in
 * {@code .gz}. All numbers are big-endian.
 *
 * <pre>
 * images  +------------+-------------+--------------+-------------+------------------------+
 *         | 2051 int32 | count int32 | height int32 | width int32 | count * height * width |
 *         +------------+-------------+--------------+-------------+------------------------+
 * labels  +------------+-------------+-------+
 *         | 2049 int32 | count int32 | count |
 *         +------------+-------------+-------+
 * </pre>
 *
 * @param key the configuration's key, for errors
 * @param count how many images or labels there are
 * @param itemBytes the bytes of one
 * @param headerBytes the bytes before the first
 */
record IdxFile(String key, String path, int count, int itemBytes, int headerBytes)
    implements Serializable {
  /** The kinds of file, by their magic numbers. */
  enum Kind {
    IMAGES(2051, 16),
    LABELS(2049, 8);

    private final int magic;
    private final int headerBytes;

    Kind(int magic, int headerBytes) {
      this.magic = magic;
      this.headerBytes = headerBytes;
    }
  }

  /**
   * Reads and checks the header, and the length of a plain file.
   *
   * @throws DataException when it is not such a file, or has another length than its header says
   */
  static IdxFile open(String key, String path, Kind kind, Configuration hadoop) throws IOException {
    byte[] header = new byte[kind.headerBytes];
    int got;
    try (InputStream in = stream(path, hadoop, 0)) {
      got = in.readNBytes(header, 0, header.length);
    } catch (EOFException | ZipException e) {
      throw new DataException(key + ": expects a whole .gz file, got " + path + ": " + e);
    }
    if (got < header.length) {
      throw new DataException(
          key + ": expects a header of " + header.length + " bytes, got " + got + " in " + path);
    }
    DataInputStream numbers = new DataInputStream(new ByteArrayInputStream(header));
    int magic = numbers.readInt();
    if (magic != kind.magic) {
      throw new DataException(
          "%s: expects IDX %s with the magic number %d, got %d in %s"
              .formatted(key, kind.toString().toLowerCase(Locale.ROOT), kind.magic, magic, path));
    }
    int count = numbers.readInt();
    int itemBytes =
        kind == Kind.IMAGES ? Math.multiplyExact(numbers.readInt(), numbers.readInt()) : 1;
    if (count < 0 || itemBytes < 1) {
      throw new DataException(
          key
              + ": expects counts of at least 1 in the header, got "
              + count
              + " items of "
              + itemBytes
              + " bytes in "
              + path);
    }
    IdxFile file = new IdxFile(key, path, count, itemBytes, header.length);
    if (!file.packed()) {
      Path there = new Path(path);
      file.checkLength(there.getFileSystem(hadoop).getFileStatus(there).getLen());
    }
    return file;
  }

  /** Whether the file can only be read from its start. */
  boolean packed() {
    return path.endsWith(".gz");
  }

  /** The bytes that the header promises, unpacked. */
  long bytes() {
    return headerBytes + (long) count * itemBytes;
  }

  /** The bytes of the items from one on. */
  InputStream items(int from, Configuration hadoop) throws IOException {
    return stream(path, hadoop, headerBytes + (long) from * itemBytes);
  }

  /**
   * Fills an array with the next item.
   *
   * @param item its number, for the error
   * @throws DataException when the file ends before
   */
  void read(InputStream in, int item, byte[] into) throws IOException {
    int got = 0;
    try {
      for (int more = 0; more >= 0 && got < into.length; got += Math.max(more, 0)) {
        more = in.read(into, got, into.length - got);
      }
    } catch (EOFException | ZipException broken) {
      throw wrongLength(headerBytes + (long) item * itemBytes + got);
    }
    if (got < into.length) {
      throw wrongLength(headerBytes + (long) item * itemBytes + got);
    }
  }

  /** Checks that nothing follows the last item. */
  void checkEnd(InputStream in) throws IOException {
    long more = 0;
    byte[] rest = new byte[1 << 16];
    for (int got = in.read(rest); got > 0; got = in.read(rest)) {
      more += got;
    }
    checkLength(bytes() + more);
  }

  private void checkLength(long got) {
    if (got != bytes()) {
      throw wrongLength(got);
    }
  }

  private DataException wrongLength(long got) {
    return new DataException(
        "%s: expects %d bytes%s (a header of %d and %d items of %d), got %d in %s; fetch the file again"
            .formatted(
                key,
                bytes(),
                packed() ? " unpacked" : "",
                headerBytes,
                count,
                itemBytes,
                got,
                path));
  }

  private static InputStream stream(String path, Configuration hadoop, long from)
      throws IOException {
    Path there = new Path(path);
    FSDataInputStream raw = there.getFileSystem(hadoop).open(there);
    if (path.endsWith(".gz")) {
      InputStream in = new GZIPInputStream(raw, 1 << 16);
      in.skipNBytes(from);
      return in;
    }
    raw.seek(from);
    return new BufferedInputStream(raw, 1 << 16);
  }
}
