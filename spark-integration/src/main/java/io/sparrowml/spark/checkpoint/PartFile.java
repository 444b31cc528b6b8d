package io.sparrowml.spark.checkpoint;

import io.sparrowml.model.ModelException;
import io.sparrowml.model.Safetensors;
import io.sparrowml.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Writes and reads the files of a checkpoint that hold numbers. */
final class PartFile {
  private static final int CHUNK = 1 << 16;

  private PartFile() {}

  /**
   * Writes a slice, in place of a file that may be there.
   *
   * @param from index of its first parameter in the flat vector
   * @param numbers by name, each {@code [length]}
   * @return what the manifest says of it
   */
  static Part write(FileSystem files, Path path, int from, Map<String, Tensor> numbers)
      throws IOException {
    MessageDigest digest = Sha256.begin();
    long bytes;
    try (FSDataOutputStream file = files.create(path, true)) {
      OutputStream out = new BufferedOutputStream(new DigestOutputStream(file, digest), CHUNK);
      Safetensors.write(numbers, out);
      out.flush();
      if (file.hasCapability(StreamCapabilities.HSYNC)) {
        file.hsync();
      }
      bytes = file.getPos();
    }
    int length = numbers.values().iterator().next().size();
    return new Part(path.getName(), from, length, bytes, Sha256.hex(digest));
  }

  /**
   * Reads a slice.
   *
   * @param directory of the checkpoint
   * @param into by name, each {@code [length]}
   * @throws CheckpointException when the file is not the one that was written
   */
  static void read(FileSystem files, Path directory, Part part, Map<String, Tensor> into)
      throws IOException {
    Path path = new Path(directory, part.file());
    MessageDigest digest = Sha256.begin();
    try (InputStream in = open(files, path, digest)) {
      Safetensors.read(in, path.toString(), into);
      in.transferTo(OutputStream.nullOutputStream());
    } catch (ModelException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()));
    }
    check(path, part, digest);
  }

  /**
   * Checks that a file is the one that was written.
   *
   * @throws CheckpointException when it is not
   */
  static void check(FileSystem files, Path directory, Part part) throws IOException {
    Path path = new Path(directory, part.file());
    MessageDigest digest = Sha256.begin();
    try (InputStream in = open(files, path, digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (FileNotFoundException e) {
      throw new CheckpointException(path + ": expects a part of a checkpoint, got no file");
    }
    check(path, part, digest);
  }

  private static InputStream open(FileSystem files, Path path, MessageDigest digest)
      throws IOException {
    return new BufferedInputStream(new DigestInputStream(files.open(path), digest), CHUNK);
  }

  private static void check(Path path, Part part, MessageDigest digest) {
    String got = Sha256.hex(digest);
    if (!got.equals(part.sha256())) {
      throw new CheckpointException(
          "%s: expects the SHA-256 %s, got %s: the file is cut short or damaged"
              .formatted(path, part.sha256(), got));
    }
  }
}
