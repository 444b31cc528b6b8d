package io.sparrowml.spark.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparrowml.config.ConfigException;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.train.EpochRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a training leaves behind: the model, the metrics of each epoch, and how they came to be.
 *
 * <p>Until it is complete it stands beside its place, under the name with {@code .incomplete} after
 * it, where the metrics can be read as they come. {@link #complete} renames it. Closed before, it
 * is taken away, unless it holds a checkpoint to go on from; what a killed run left is taken away
 * by the next one, unless that goes on from it.
 */
final class RunDirectory implements AutoCloseable {
  private final FileSystem files;
  private final Path place;
  private final Path incomplete;
  private final FSDataOutputStream metrics;
  private final CheckpointDirectory checkpoints;
  private boolean complete;

  /**
   * Begins a directory.
   *
   * @param output where it shall be, on any file system that Hadoop knows
   * @param resumes whether the checkpoints of a run that was cut short are kept
   * @throws ConfigException when there is something already
   */
  RunDirectory(String output, boolean resumes, Configuration configuration) throws IOException {
    Path given = new Path(output);
    files = raw(given.getFileSystem(configuration));
    place = files.makeQualified(given);
    incomplete = incomplete(place);
    checkpoints = checkpoints(output, configuration);
    check(output, resumes, configuration);
    if (!resumes) {
      files.delete(incomplete, true);
    }
    if (!files.mkdirs(incomplete)) {
      throw new IOException("output: cannot make the directory " + incomplete);
    }
    metrics = files.create(path("metrics.jsonl"));
  }

  /**
   * Checks, before anything runs, that nothing stands in the way.
   *
   * @param resumes whether the run goes on from the checkpoints of another
   * @throws ConfigException when the place is a file or a directory with something in it, or there
   *     are checkpoints that would be lost
   */
  static void check(String output, boolean resumes, Configuration configuration)
      throws IOException {
    Path path = new Path(output);
    FileSystem files = path.getFileSystem(configuration);
    if (files.exists(path)
        && (files.getFileStatus(path).isFile() || files.listStatus(path).length > 0)) {
      throw new ConfigException(
          "output: expects a directory that does not exist yet, got '%s', which does; remove it or choose another with --output"
              .formatted(output));
    }
    if (!resumes && checkpoints(output, configuration).holdsAny()) {
      throw new ConfigException(
          "output: expects no checkpoints of a training that was cut short, got some in '%s'; go on from them with --resume, or remove it"
              .formatted(incomplete(path)));
    }
  }

  private static Path incomplete(Path place) {
    return place.suffix(".incomplete");
  }

  /** Where the checkpoints of a run are while it goes on. */
  static CheckpointDirectory checkpoints(String output, Configuration configuration)
      throws IOException {
    return CheckpointDirectory.of(
        new Path(incomplete(new Path(output)), "checkpoints").toString(), configuration);
  }

  /** The local file system without checksum files, which also shows what is flushed. */
  private static FileSystem raw(FileSystem files) {
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /** Where a part of the directory is while it is written. */
  Path path(String name) {
    return new Path(incomplete, name);
  }

  /** The file system that it is on. */
  FileSystem files() {
    return files;
  }

  /** Writes a file of text. */
  void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(path(name))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Adds an epoch to {@code metrics.jsonl}, readable at once. */
  void append(EpochRecord epoch) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("epoch", epoch.epoch()).put("step", epoch.step());
    epoch.metrics().forEach(line::put);
    line.put("learning_rate", epoch.learningRate());
    line.put("samples_per_second", epoch.samplesPerSecond());
    line.put("seconds", epoch.seconds());
    append(line);
  }

  /** Adds the last line of {@code metrics.jsonl}. */
  void appendFinal(Map<String, Double> values) throws IOException {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("final", true);
    values.forEach(line::put);
    append(line);
  }

  private void append(ObjectNode line) throws IOException {
    metrics.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    metrics.hflush();
  }

  /** Puts the directory in its place, without checkpoints: there is nothing to go on with. */
  void complete() throws IOException {
    metrics.close();
    checkpoints.delete();
    if (files.exists(place)) {
      files.delete(place, false);
    }
    if (!files.rename(incomplete, place)) {
      throw new IOException("output: cannot rename " + incomplete + " to " + place);
    }
    complete = true;
  }

  @Override
  public void close() throws IOException {
    if (!complete) {
      metrics.close();
      if (!checkpoints.holdsAny()) {
        files.delete(incomplete, true);
      }
    }
  }
}
