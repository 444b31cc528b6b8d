package io.sparrowml.optimizer;

import io.sparrowml.regularizer.Constraint;
import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Updates a slice of the parameters in off-heap memory, chunk by chunk: the mean gradient, the
 * penalties of regularizers, clipping, the optimizer, constraints.
 *
 * <p>An update has two halves where the norm over all parameters is limited: {@link #prepare} gives
 * this slice's part of it, {@link #apply} wants the whole.
 *
 * <p>Belongs to one thread.
 */
public final class Updater {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final @Nullable Clip clip;
  private final @Nullable Segments segments;
  private final Chunk chunk;
  private final float[] products;
  private final float[] zeros;

  /** The memory of an update: from where parameters are read, and where they are written to. */
  private record Slice(FloatBuffer parameters, FloatBuffer updated, FloatBuffer gradients) {
    static Slice of(Tensor parameters, Tensor updated, Tensor gradients) {
      return new Slice(parameters.floats(), updated.floats(), gradients.floats());
    }
  }

  /** An updater that takes each slice for one parameter without a regularizer. */
  public Updater(Optimizer optimizer) {
    this(optimizer, optimizer.learningRate(), null, null);
  }

  /**
   * An updater of a slice.
   *
   * @param schedule the optimizer's, which knows the length of the training
   * @param clip null for none
   * @param segments what lies in the slice; the numbers between are left alone. Null where it is
   *     one parameter
   */
  public Updater(
      Optimizer optimizer, Schedule schedule, @Nullable Clip clip, @Nullable Segments segments) {
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.clip = clip;
    this.segments = segments;
    this.chunk = new Chunk(optimizer.slots());
    this.products = new float[chunk.capacity()];
    this.zeros = new float[chunk.capacity()];
  }

  private List<Segment> segments(int length) {
    return segments == null ? List.of(Segment.Trained.whole(length)) : segments.inOrder();
  }

  private List<Segment> segments(Slice slice) {
    return segments(slice.parameters.limit());
  }

  /** Room for what the rule remembers of a slice of this length, zeros. */
  public Slots slots(int length) {
    return new Slots(optimizer.slots(), length, segments(length));
  }

  /** Whether the norm over all parameters is limited, so that an update has two halves. */
  public boolean needsNorm() {
    return clip != null && clip.norm() != null;
  }

  /** Whether an update uses the memory of the gradients for what it works out. */
  public boolean overwritesGradients() {
    return overwritesGradients(optimizer, clip);
  }

  /** The same of an updater with these. */
  public static boolean overwritesGradients(Optimizer optimizer, @Nullable Clip clip) {
    return optimizer instanceof LayerwiseOptimizer || (clip != null && clip.norm() != null);
  }

  /**
   * One update of a slice that is all there is.
   *
   * @param parameters {@code [n]}, overwritten
   * @param gradientSums {@code [n]}, summed over the samples; overwritten where {@link
   *     #overwritesGradients()}
   * @param samples how many samples the sums are over, at least 1
   * @param slots what {@link #slots} made, overwritten
   * @param step counts updates from 1
   * @return the index of the first gradient that is not finite, in which case neither the
   *     parameters nor the slots from its chunk on are changed; -1 when all are
   */
  public int update(Tensor parameters, Tensor gradientSums, long samples, Slots slots, long step) {
    return update(parameters, parameters, gradientSums, samples, slots, step, 1);
  }

  /**
   * One update of a slice; where {@link #needsNorm}, of a slice that is all there is.
   *
   * @param parameters {@code [n]}
   * @param updated {@code [n]}, overwritten; may be the same memory as the parameters. What lies
   *     between segments is left alone in both
   * @param factor by which the schedule's learning rate is multiplied
   */
  public int update(
      Tensor parameters,
      Tensor updated,
      Tensor gradientSums,
      long samples,
      Slots slots,
      long step,
      double factor) {
    if (needsNorm()) {
      SquaredNorm norm = new SquaredNorm();
      int bad = prepare(parameters, gradientSums, samples, norm);
      if (bad < 0) {
        apply(parameters, updated, gradientSums, slots, step, factor, norm.norm());
      }
      return bad;
    }
    Slice slice = Slice.of(parameters, updated, gradientSums);
    double rate = factor * schedule.rate(step);
    Optimizer.Rule rule = optimizer.at(step, rate);
    slots.begin(optimizer.slots());
    for (Segment segment : segments(slice)) {
      for (int at = 0; at < segment.length(); at += chunk.capacity()) {
        int bad = load(slice, segment, at, samples);
        if (bad >= 0) {
          return segment.from() + at + bad;
        }
        change(slice, segment, segment.from() + at, rule, slots);
      }
      finish(slice, segment, rate);
    }
    return -1;
  }

  /**
   * The first half of an update: the gradient sums become mean gradients, penalties added.
   *
   * @param norm this slice's part is added to it
   * @return the index of the first gradient that is not finite, -1 when all are
   */
  public int prepare(Tensor parameters, Tensor gradientSums, long samples, SquaredNorm norm) {
    Slice slice = Slice.of(parameters, parameters, gradientSums);
    for (Segment segment : segments(slice)) {
      for (int at = 0; at < segment.length(); at += chunk.capacity()) {
        int bad = load(slice, segment, at, samples);
        if (bad >= 0) {
          return segment.from() + at + bad;
        }
        slice.gradients.put(segment.from() + at, chunk.gradients(), 0, chunk.length());
        if (segment instanceof Segment.Trained) {
          norm.add(chunk.gradients(), chunk.length());
        }
      }
    }
    return -1;
  }

  /**
   * The second half of an update.
   *
   * @param updated where the new parameters are written to; may be the same memory
   * @param gradients as {@link #prepare} left them; overwritten
   * @param norm of the gradients of all parameters
   */
  public void apply(
      Tensor parameters,
      Tensor updated,
      Tensor gradients,
      Slots slots,
      long step,
      double factor,
      double norm) {
    Slice slice = Slice.of(parameters, updated, gradients);
    double rate = factor * schedule.rate(step);
    Optimizer.Rule rule = optimizer.at(step, rate);
    float scale = scale(norm);
    slots.begin(optimizer.slots());
    for (Segment segment : segments(slice)) {
      for (int at = 0; at < segment.length(); at += chunk.capacity()) {
        load(slice, segment, at);
        if (segment instanceof Segment.Trained && scale < 1) {
          multiply(chunk.gradients(), chunk.length(), scale);
        }
        change(slice, segment, segment.from() + at, rule, slots);
      }
      finish(slice, segment, rate);
    }
  }

  private float scale(double norm) {
    Double limit = clip == null ? null : clip.norm();
    return limit != null && norm > limit ? (float) (limit / norm) : 1;
  }

  /** Copies parameters and gradients of a segment into the chunk. */
  private void load(Slice slice, Segment segment, int at) {
    int length = Math.min(chunk.capacity(), segment.length() - at);
    chunk.length(length);
    slice.parameters.get(segment.from() + at, chunk.parameters(), 0, length);
    slice.gradients.get(segment.from() + at, chunk.gradients(), 0, length);
  }

  /** The same, and makes sums the gradients of the penalized mean loss, clipped by value. */
  private int load(Slice slice, Segment segment, int at, long samples) {
    load(slice, segment, at);
    float[] gradients = chunk.gradients();
    average(gradients, chunk.length(), samples);
    if (segment instanceof Segment.Trained trained) {
      trained.regularizer().addGradient(chunk.parameters(), gradients, chunk.length());
    }
    int bad = firstNonFinite(gradients, chunk.length());
    if (segment instanceof Segment.Trained && clip != null && clip.value() != null) {
      float limit = clip.value().floatValue();
      for (int i = 0; i < chunk.length(); i++) {
        gradients[i] = Math.min(Math.max(gradients[i], -limit), limit);
      }
    }
    return bad;
  }

  /** Changes what the chunk has loaded, and writes it. */
  private void change(Slice slice, Segment segment, int from, Optimizer.Rule rule, Slots slots) {
    int length = chunk.length();
    if (segment instanceof Segment.Statistic statistic) {
      follow(statistic.momentum());
      slice.updated.put(from, chunk.parameters(), 0, length);
      return;
    }
    chunk.slots(slots.next());
    rule.update(chunk);
    if (optimizer instanceof LayerwiseOptimizer) {
      slice.gradients.put(from, chunk.gradients(), 0, length);
    } else {
      slice.updated.put(from, chunk.parameters(), 0, length);
    }
  }

  private void follow(double momentum) {
    float[] x = chunk.parameters();
    float[] batch = chunk.gradients();
    float kept = (float) momentum;
    float added = (float) (1 - momentum);
    for (int i = 0; i < chunk.length(); i++) {
      x[i] = kept * x[i] + added * batch[i];
    }
  }

  /** What wants the whole parameter: the steps of layerwise optimizers, and constraints. */
  private void finish(Slice slice, Segment segment, double rate) {
    if (segment instanceof Segment.Trained trained) {
      if (optimizer instanceof LayerwiseOptimizer layerwise) {
        step(slice, trained, layerwise, rate);
      }
      if (trained.regularizer() instanceof Constraint constraint) {
        constrain(slice, trained, constraint);
      }
    }
  }

  private void step(Slice slice, Segment segment, LayerwiseOptimizer layerwise, double rate) {
    SquaredNorm ofParameters = new SquaredNorm();
    SquaredNorm ofDirection = new SquaredNorm();
    for (int at = 0; at < segment.length(); at += chunk.capacity()) {
      load(slice, segment, at);
      ofParameters.add(chunk.parameters(), chunk.length());
      ofDirection.add(chunk.gradients(), chunk.length());
    }
    float length = (float) (rate * layerwise.trust(ofParameters.norm(), ofDirection.norm()));
    for (int at = 0; at < segment.length(); at += chunk.capacity()) {
      load(slice, segment, at);
      float[] x = chunk.parameters();
      float[] u = chunk.gradients();
      for (int i = 0; i < chunk.length(); i++) {
        x[i] -= length * u[i];
      }
      slice.updated.put(segment.from() + at, x, 0, chunk.length());
    }
  }

  /** Multiplies each unit's incoming weights, those of one index of the last axis. */
  private void constrain(Slice slice, Segment.Trained segment, Constraint constraint) {
    int units = segment.units();
    double[] sums = new double[units];
    for (int at = 0; at < segment.length(); at += chunk.capacity()) {
      chunk.length(Math.min(chunk.capacity(), segment.length() - at));
      slice.updated.get(segment.from() + at, chunk.parameters(), 0, chunk.length());
      float[] x = chunk.parameters();
      for (int i = 0, unit = at % units; i < chunk.length(); i++) {
        sums[unit] += (double) x[i] * x[i];
        unit = unit + 1 == units ? 0 : unit + 1;
      }
    }
    float[] scales = new float[units];
    for (int unit = 0; unit < units; unit++) {
      scales[unit] = (float) constraint.scale(Math.sqrt(sums[unit]));
    }
    for (int at = 0; at < segment.length(); at += chunk.capacity()) {
      chunk.length(Math.min(chunk.capacity(), segment.length() - at));
      slice.updated.get(segment.from() + at, chunk.parameters(), 0, chunk.length());
      float[] x = chunk.parameters();
      for (int i = 0, unit = at % units; i < chunk.length(); i++) {
        x[i] *= scales[unit];
        unit = unit + 1 == units ? 0 : unit + 1;
      }
      slice.updated.put(segment.from() + at, x, 0, chunk.length());
    }
  }

  private static void multiply(float[] numbers, int length, float by) {
    for (int i = 0; i < length; i++) {
      numbers[i] *= by;
    }
  }

  private static void average(float[] sums, int length, long samples) {
    float count = samples;
    if ((samples & (samples - 1)) == 0) { // multiplying is exact then, and quicker
      multiply(sums, length, 1 / count);
      return;
    }
    for (int i = 0; i < length; i++) {
      sums[i] = sums[i] / count;
    }
  }

  /** The index of the first number that is not finite, -1 when all are. */
  private int firstNonFinite(float[] numbers, int length) {
    for (int i = 0; i < length; i++) {
      products[i] = Math.abs(numbers[i] * 0); // 0, or not a number
    }
    return Arrays.mismatch(products, 0, length, zeros, 0, length);
  }
}
