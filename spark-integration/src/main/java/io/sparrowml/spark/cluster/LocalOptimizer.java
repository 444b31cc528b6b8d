package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.Tensor;
import java.nio.FloatBuffer;

/**
 * The steps that a worker takes by itself in a round: the training's optimizer, begun anew, on a
 * copy of the parameters. The worker has no state between two rounds, so whoever hosts it next goes
 * on with the same bits.
 *
 * <p>Belongs to one compute thread.
 */
final class LocalOptimizer {
  private final Segments segments;
  private final Schedule schedule;
  private final Updater updater;
  private final Tensor parameters;
  private final Slots slots;
  private int taken;

  /**
   * An optimizer with memory for one worker.
   *
   * @param segments what lies in the flat vector
   * @param stepsPerEpoch steps of an epoch
   * @param size the length of the flat vector
   * @param arena for all that it needs
   */
  LocalOptimizer(TrainingSpec spec, Segments segments, int stepsPerEpoch, int size, Arena arena) {
    this.segments = segments;
    this.schedule = spec.schedule(stepsPerEpoch);
    this.updater = new Updater(spec.optimizer(), new Constant(1), spec.clip(), segments);
    this.parameters = Node.vector(arena, size);
    this.slots = updater.slots(size);
  }

  /** How many vectors of the parameters' length it needs off the heap. */
  static int vectors(TrainingSpec spec) {
    return spec.mode().localSteps() > 1 ? 1 : 0;
  }

  /** How many it needs on the heap. */
  static int slots(TrainingSpec spec) {
    return spec.mode().localSteps() > 1 ? spec.optimizer().slots() : 0;
  }

  /** A worker begins a round. */
  void begin(Tensor from) {
    parameters.copyFrom(from);
    slots.clear();
    taken = 0;
  }

  /** The worker's parameters, {@code [size]}. */
  Tensor parameters() {
    return parameters;
  }

  /**
   * Takes a step.
   *
   * @param gradient summed over the samples, overwritten
   * @param samples at least 1
   * @param step of all that each worker takes, from 1
   * @param rateFactor by which the schedule's learning rate is multiplied
   * @return the index of the first gradient that is not finite; -1 when all are
   */
  int step(Tensor gradient, int samples, long step, double rateFactor) {
    taken++;
    return updater.update(
        parameters, parameters, gradient, samples, slots, taken, rateFactor * schedule.rate(step));
  }

  /**
   * What the round contributes: in the place of a gradient what was changed, times the samples, and
   * in that of a statistic its value, times the samples.
   *
   * @param from the parameters with which it began
   * @param into {@code [size]}, overwritten
   */
  void finish(Tensor from, long samples, Tensor into) {
    into.clear();
    FloatBuffer before = from.floats();
    FloatBuffer after = parameters.floats();
    FloatBuffer out = into.floats();
    for (Segment segment : segments.inOrder()) {
      boolean changed = segment instanceof Segment.Trained;
      for (int i = segment.from(); i < segment.from() + segment.length(); i++) {
        out.put(i, samples * (changed ? before.get(i) - after.get(i) : after.get(i)));
      }
    }
  }
}
