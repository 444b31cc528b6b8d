package io.sparrowml.spark.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that is read byte by byte; plain, or packed when its name ends in {@code .gz}.
 *
 * @param bytes its length as it lies there
 */
record InputFile(String path, long bytes) implements Serializable {
  private static final int BUFFER = 1 << 16;

  /**
   * The files of a path that exists: a file, those in a directory, or those that a pattern fits; in
   * the order of their names, without those whose names begin with a dot or an underscore.
   *
   * @param key the configuration's key, for the error
   */
  static List<InputFile> list(String key, String path, Configuration hadoop) {
    List<InputFile> files = new ArrayList<>();
    try {
      Path pattern = new Path(path);
      FileSystem system = pattern.getFileSystem(hadoop);
      for (FileStatus found : system.globStatus(pattern)) {
        FileStatus[] each =
            found.isDirectory() ? system.listStatus(found.getPath()) : new FileStatus[] {found};
        for (FileStatus file : each) {
          String name = file.getPath().getName();
          if (file.isFile() && !name.startsWith(".") && !name.startsWith("_")) {
            files.add(new InputFile(file.getPath().toString(), file.getLen()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(key + ": expects readable files, got " + path, e);
    }
    files.sort(Comparator.comparing(InputFile::path, Texts.CODE_POINTS));
    return files;
  }

  /** Whether the file can only be read from its start. */
  boolean packed() {
    return path.endsWith(".gz");
  }

  /**
   * The bytes from one on, unpacked.
   *
   * @param from its number, in the unpacked file
   */
  InputStream open(long from, Configuration hadoop) throws IOException {
    Path there = new Path(path);
    FSDataInputStream raw = there.getFileSystem(hadoop).open(there);
    if (packed()) {
      InputStream in = new GZIPInputStream(raw, BUFFER);
      in.skipNBytes(from);
      return in;
    }
    raw.seek(from);
    return new BufferedInputStream(raw, BUFFER);
  }
}
