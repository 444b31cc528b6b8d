package io.sparrowml.spark.ml;

import io.sparrowml.config.ConfigException;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.model.Model;
import io.sparrowml.model.ModelException;
import io.sparrowml.model.Weights;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Descriptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model as it lies on disk, and as it travels to executors: {@code network.json} and {@code
 * weights.safetensors}.
 *
 * @param where where it comes from, for errors
 * @param network the {@link Model} in JSON
 * @param weights the numbers as safetensors
 */
@SuppressWarnings("ArrayRecordComponent") // a file's content, never compared
public record SavedModel(String where, String network, byte[] weights) implements Serializable {
  private static final String NETWORK = "network.json";
  private static final String WEIGHTS = "weights.safetensors";

  /** A model and its weights. */
  public static SavedModel of(Model model, Weights weights) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      weights.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SavedModel(
        "this training", Descriptions.MAPPER.writeJson(model), bytes.toByteArray());
  }

  /**
   * Reads a model.
   *
   * @param directory that holds the two files
   * @throws ModelException when there is no model, or a damaged one
   */
  public static SavedModel load(Path directory, Configuration conf) {
    try {
      FileSystem files = directory.getFileSystem(conf);
      return new SavedModel(
          directory.toString(),
          new String(read(files, new Path(directory, NETWORK)), StandardCharsets.UTF_8),
          read(files, new Path(directory, WEIGHTS)));
    } catch (FileNotFoundException e) {
      throw new ModelException(
          directory
              + ": a model expects "
              + NETWORK
              + " and "
              + WEIGHTS
              + ", got no "
              + e.getMessage());
    } catch (IOException e) {
      throw new ModelException(directory + ": cannot be read: " + e.getMessage());
    }
  }

  private static byte[] read(FileSystem files, Path path) throws IOException {
    if (!files.exists(path)) {
      throw new FileNotFoundException(path.getName());
    }
    try (InputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  /** Writes the two files. */
  public void save(Path directory, Configuration conf) throws IOException {
    save(directory.getFileSystem(conf), directory);
  }

  /** Writes the two files on a file system. */
  public void save(FileSystem files, Path directory) throws IOException {
    write(files, new Path(directory, NETWORK), (network + "\n").getBytes(StandardCharsets.UTF_8));
    write(files, new Path(directory, WEIGHTS), weights);
  }

  private static void write(FileSystem files, Path path, byte[] content) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(content);
    }
  }

  /**
   * The model's description.
   *
   * @throws ConfigException naming the file, when it describes none
   */
  public Model model() {
    try {
      return Descriptions.MAPPER.readJson(network, Model.class);
    } catch (ConfigException e) {
      throw new ConfigException(where + "/" + NETWORK + ": " + e.getMessage());
    }
  }

  /** The model's numbers, in memory of an arena. */
  public Weights open(Arena arena) {
    Layout layout = Layout.of(model().network());
    Weights opened =
        new Weights(layout, Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size())));
    try {
      opened.read(new ByteArrayInputStream(weights), where + "/" + WEIGHTS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return opened;
  }

  /** The SHA-256 of the weights' file, in hexadecimal. */
  public String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
