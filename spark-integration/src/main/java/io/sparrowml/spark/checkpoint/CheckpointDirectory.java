package io.sparrowml.spark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparrowml.tensor.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a training. */
public final class CheckpointDirectory implements CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
  private static final String PREFIX = "step-";
  private static final String MANIFEST = "manifest";
  private static final int LONGEST_MANIFEST = 1 << 30;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final FileSystem files;
  private final Path path;

  private CheckpointDirectory(FileSystem files, Path path) {
    this.files = files;
    this.path = path;
  }

  /**
   * A directory, which need not be there.
   *
   * @param path on any file system that Hadoop knows
   */
  public static CheckpointDirectory of(String path, Configuration configuration)
      throws IOException {
    Path given = new Path(path);
    FileSystem files = given.getFileSystem(configuration);
    Path qualified = files.makeQualified(given);
    // The manifest has digests of all; Hadoop's own files of checksums would stand beside them.
    return new CheckpointDirectory(
        files instanceof LocalFileSystem local ? local.getRawFileSystem() : files, qualified);
  }

  @Override
  public String path() {
    return path.toString();
  }

  private Path path(long step) {
    return new Path(path, String.format(Locale.ROOT, "%s%010d", PREFIX, step));
  }

  /**
   * Writes a slice of a checkpoint.
   *
   * @param name of the file
   * @param from index of its first parameter in the flat vector
   * @param numbers by name, each {@code [length]}
   */
  public Part write(long step, String name, int from, Map<String, Tensor> numbers)
      throws IOException {
    try {
      return PartFile.write(files, new Path(path(step), name), from, numbers);
    } catch (FSError e) {
      throw failure(e);
    }
  }

  /** What Hadoop says where a local disk is full. */
  private static IOException failure(FSError error) {
    Throwable cause = error.getCause();
    return new IOException((cause == null ? error : cause).getMessage(), error);
  }

  /**
   * Reads a slice of a checkpoint.
   *
   * @param into by name, each {@code [length]}
   * @throws CheckpointException when the file is not the one that was written
   */
  public void read(long step, Part part, Map<String, Tensor> into) throws IOException {
    PartFile.read(files, path(step), part, into);
  }

  @Override
  public void complete(Checkpoint checkpoint, int keep) throws IOException {
    Path place = path(checkpoint.step());
    for (Part part : checkpoint.parts()) {
      checkLength(place, part);
    }
    byte[] text = (JSON.writeValueAsString(checkpoint) + "\n").getBytes(StandardCharsets.UTF_8);
    MessageDigest digest = Sha256.begin();
    digest.update(text);
    Path unfinished = new Path(place, MANIFEST + ".unfinished");
    try (FSDataOutputStream out = files.create(unfinished, true)) {
      out.write(text);
      out.write((Sha256.hex(digest) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (FSError e) {
      throw failure(e);
    }
    Path manifest = new Path(place, MANIFEST);
    files.delete(manifest, false);
    if (!files.rename(unfinished, manifest)) {
      throw new IOException("cannot rename " + unfinished + " to " + manifest);
    }
    try {
      prune(place, keep);
    } catch (IOException e) {
      LOG.warn("Old checkpoints are left in {}: {}", path, e.getMessage());
    }
  }

  /** Takes away what is older than a checkpoint, but for the newest ones that are complete. */
  private void prune(Path newest, int keep) throws IOException {
    boolean newer = true;
    int kept = 0;
    for (Path each : places()) {
      newer &= !each.getName().equals(newest.getName());
      boolean complete = files.exists(new Path(each, MANIFEST));
      if (!newer && !(complete && kept++ < keep)) {
        files.delete(each, true);
      }
    }
  }

  private void checkLength(Path place, Part part) throws IOException {
    Path file = new Path(place, part.file());
    long length;
    try {
      length = files.getFileStatus(file).getLen();
    } catch (FileNotFoundException e) {
      length = -1;
    }
    if (length != part.bytes()) {
      throw new CheckpointException(
          "%s: expects %,d bytes, got %s; the output has to be on a file system that the driver and all executors share"
              .formatted(file, part.bytes(), length < 0 ? "no file" : "%,d".formatted(length)));
    }
  }

  /** The directories of checkpoints, the newest first. */
  private List<Path> places() throws IOException {
    List<Path> places = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(path)) {
        if (status.isDirectory() && status.getPath().getName().startsWith(PREFIX)) {
          places.add(status.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return places;
    }
    places.sort(Comparator.comparing(Path::getName).reversed());
    return places;
  }

  @Override
  public boolean holdsAny() throws IOException {
    for (Path place : places()) {
      if (files.exists(new Path(place, MANIFEST))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable Checkpoint newest(Consumer<String> damaged) throws IOException {
    for (Path place : places()) {
      Path manifest = new Path(place, MANIFEST);
      if (!files.exists(manifest)) {
        continue;
      }
      try {
        Checkpoint found = manifest(manifest);
        for (Part part : found.parts()) {
          PartFile.check(files, place, part);
        }
        return found;
      } catch (CheckpointException e) {
        damaged.accept(String.valueOf(e.getMessage()));
      }
    }
    return null;
  }

  /**
   * The checkpoint of a step, its parts not looked at.
   *
   * @throws CheckpointException when there is none, or its manifest is damaged
   */
  public Checkpoint at(long step) throws IOException {
    Path manifest = new Path(path(step), MANIFEST);
    try {
      return manifest(manifest);
    } catch (FileNotFoundException e) {
      throw new CheckpointException(manifest + ": expects a checkpoint, got no file");
    }
  }

  private Checkpoint manifest(Path manifest) throws IOException {
    byte[] bytes;
    try (FSDataInputStream in = files.open(manifest)) {
      bytes = in.readNBytes(LONGEST_MANIFEST);
    }
    int length = bytes.length - Sha256.DIGITS - 1;
    if (length < 0) {
      throw damaged(manifest);
    }
    MessageDigest digest = Sha256.begin();
    digest.update(bytes, 0, length);
    byte[] expected = (Sha256.hex(digest) + "\n").getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(bytes, length, bytes.length, expected, 0, expected.length)) {
      throw damaged(manifest);
    }
    try {
      return JSON.readValue(bytes, 0, length, Checkpoint.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          manifest + ": expects a checkpoint of this version of Sparrow, got one of another");
    }
  }

  private static CheckpointException damaged(Path manifest) {
    return new CheckpointException(
        manifest
            + ": expects its SHA-256 in the last line, got another: it is cut short or damaged");
  }

  @Override
  public void discard(long step) {
    try {
      files.delete(path(step), true);
    } catch (IOException e) {
      LOG.debug("{} is left", path(step), e);
    }
  }

  /** Takes all checkpoints away. */
  public void delete() throws IOException {
    files.delete(path, true);
  }
}
