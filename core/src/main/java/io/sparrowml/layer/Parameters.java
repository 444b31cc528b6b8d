package io.sparrowml.layer;

import io.sparrowml.initializer.Initializer;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;

/**
 * What a layer is given beside its input: its parameters by name, whether this is training, and
 * random numbers. Where the numbers come from, the layer does not know: they may be local, or a
 * picture of what servers hold, or not there yet.
 */
public final class Parameters {
  private final Source source;
  private final String path;
  private final boolean training;
  private final RandomKey key;

  /** Where parameters come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * A parameter, declared by its use.
     *
     * @param path the unique name, such as {@code 1/kernel}
     */
    Value get(String path, Shape shape, Initializer initializer);
  }

  private Parameters(Source source, String path, boolean training, RandomKey key) {
    this.source = source;
    this.path = path;
    this.training = training;
    this.key = key;
  }

  /**
   * Parameters for training: dropout drops.
   *
   * @param key of this step's random numbers
   */
  public static Parameters training(Source source, RandomKey key) {
    return new Parameters(source, "", true, key);
  }

  /** Parameters for inference. */
  public static Parameters inference(Source source) {
    return new Parameters(source, "", false, RandomKey.of(0));
  }

  /** Declares a parameter of this layer and gives its value. */
  public Value get(String name, Shape shape, Initializer initializer) {
    return source.get(join(name), shape, initializer);
  }

  /** The parameters of a layer within this one. */
  public Parameters scope(String name) {
    return new Parameters(source, join(name), training, key);
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** Whether this is training rather than inference. */
  public boolean training() {
    return training;
  }

  /** The key of this layer's random numbers for a purpose, another one each step. */
  public RandomKey random(String purpose) {
    return key.with(path).with(purpose);
  }
}
