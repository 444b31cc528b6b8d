package io.sparrowml.layer;

import io.sparrowml.initializer.Initializer;
import io.sparrowml.op.BatchStatistics;
import io.sparrowml.op.Value;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.RandomDraw;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a layer is given beside its input: its parameters by name, whether this is training, random
 * numbers, and which steps of sequences are real. Where the numbers come from, the layer does not
 * know: they may be local, or a picture of what servers hold, or not there yet.
 *
 * <p>Made anew for each application of a network: the scopes of one application share its mask.
 */
public final class Parameters {
  private final Source source;
  private final String path;
  private final boolean training;
  private final StepRandom random;
  private final BatchStatistics batchStatistics;
  private final Flow flow;

  /** What travels along with the values from layer to layer. */
  private static final class Flow {
    private @Nullable Value mask;
  }

  /** Where parameters come from. */
  @FunctionalInterface
  public interface Source {
    /** The value of a parameter, declared by its use. */
    Value get(Parameter parameter);

    /**
     * Takes what a training batch shows of a {@link Parameter.Statistic}.
     *
     * @param path of the parameter
     * @param batch of the parameter's shape
     */
    default void observe(String path, Value batch) {}

    /**
     * Is told of a layer that is applied.
     *
     * @param path of the layer
     */
    default void applied(String path, Layer layer) {}
  }

  /** What a parameter's value is replaced by. */
  @FunctionalInterface
  public interface Change {
    /** The value that takes the place of this one. */
    Value of(Parameter parameter, Value value);
  }

  private Parameters(
      Source source,
      String path,
      boolean training,
      StepRandom random,
      BatchStatistics batchStatistics,
      Flow flow) {
    this.source = source;
    this.path = path;
    this.training = training;
    this.random = random;
    this.batchStatistics = batchStatistics;
    this.flow = flow;
  }

  /**
   * Parameters for training: dropout drops.
   *
   * @param key of this step's random numbers
   */
  public static Parameters training(Source source, RandomKey key) {
    return training(source, new StepRandom(key));
  }

  /**
   * Parameters for training over many steps: dropout drops anew in each.
   *
   * @param random of the steps
   */
  public static Parameters training(Source source, StepRandom random) {
    return new Parameters(source, "", true, random, new BatchStatistics.Local(), new Flow());
  }

  /** Parameters for inference. */
  public static Parameters inference(Source source) {
    return new Parameters(
        source,
        "",
        false,
        new StepRandom(RandomKey.of(0)),
        new BatchStatistics.Local(),
        new Flow());
  }

  /** The same, with statistics of batches merged by these; unless given, they are not merged. */
  public Parameters with(BatchStatistics statistics) {
    return new Parameters(source, path, training, random, statistics, flow);
  }

  /** Declares a parameter of this layer and gives its value. */
  public Value get(String name, Shape shape, Initializer initializer) {
    return get(name, shape, initializer, new None());
  }

  /** Declares a parameter of this layer whose size is penalized, and gives its value. */
  public Value get(String name, Shape shape, Initializer initializer, Regularizer regularizer) {
    return source.get(
        new Parameter(join(name), shape, initializer, new Parameter.Trained(regularizer)));
  }

  /**
   * Declares a number of this layer that follows what training batches show, as {@link #observe}
   * tells it, and gives its value.
   *
   * @param momentum how much is kept at each update, in [0, 1)
   */
  public Value statistic(String name, Shape shape, Initializer initializer, double momentum) {
    return source.get(
        new Parameter(join(name), shape, initializer, new Parameter.Statistic(momentum)));
  }

  /**
   * Tells what this training batch shows of a statistic.
   *
   * @param batch of the statistic's shape
   */
  public void observe(String name, Value batch) {
    source.observe(join(name), batch);
  }

  /**
   * Applies a layer within this one.
   *
   * @param name that its parameters get, and by which engines and profiles know what it does
   * @param x its input
   */
  public Value apply(String name, Layer layer, Value x) {
    Parameters within = scope(name);
    source.applied(within.path, layer);
    return x.engine().within(within.path, () -> layer.apply(x, within));
  }

  /** The parameters of a layer within this one. */
  public Parameters scope(String name) {
    return new Parameters(source, join(name), training, random, batchStatistics, flow);
  }

  /** The path of this layer, such as {@code 1}; empty for the outermost. */
  public String path() {
    return path;
  }

  /** The same, with another value for each trained parameter that a layer asks for. */
  public Parameters trainedAs(Change change) {
    Source changing =
        new Source() {
          @Override
          public Value get(Parameter parameter) {
            Value value = source.get(parameter);
            return parameter.isTrained() ? change.of(parameter, value) : value;
          }

          @Override
          public void observe(String of, Value batch) {
            source.observe(of, batch);
          }

          @Override
          public void applied(String of, Layer layer) {
            source.applied(of, layer);
          }
        };
    return new Parameters(changing, path, training, random, batchStatistics, flow);
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  /** Whether this is training rather than inference. */
  public boolean training() {
    return training;
  }

  /** What merges the statistics of batches. */
  public BatchStatistics batchStatistics() {
    return batchStatistics;
  }

  /** This layer's random numbers for a purpose, others in each step. */
  public RandomDraw random(String purpose) {
    return random.draw(path, purpose);
  }

  /**
   * Which steps of the sequences that come in are real: {@code [n, t]}, 1 for a real step and 0 for
   * padding, or null when all are.
   *
   * <p>It goes along with the values from layer to layer: who makes sequences of padded input sets
   * it, who works on each step alone leaves it as it is, who moves windows over the time axis gives
   * the mask of their positions, and who changes it otherwise or leaves it out sets null. Layers
   * with branches side by side give each branch the mask that came in.
   */
  public @Nullable Value mask() {
    return flow.mask;
  }

  /** Sets the mask for the layers that come after. */
  public void setMask(@Nullable Value mask) {
    flow.mask = mask;
  }
}
