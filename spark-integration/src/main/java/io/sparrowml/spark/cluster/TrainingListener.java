package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.StepProfile;
import java.util.List;

/** Is told how a training goes, on threads of the training's: it should return soon. */
public interface TrainingListener {
  /** A listener that ignores everything. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Training begins.
   *
   * @param members executors and their slots, as text
   */
  default void begun(String members) {}

  /**
   * Some steps have been done; called a few times a second.
   *
   * @param epoch counts from 1
   * @param step updates so far, over all epochs
   * @param loss mean over the latest micro-batches
   */
  default void progressed(int epoch, long step, double loss) {}

  /** An epoch has ended, validation included. */
  default void ended(EpochRecord epoch) {}

  /**
   * A checkpoint could not be written; training goes on.
   *
   * @param step after which it was to be taken
   * @param reason what went wrong
   */
  default void notSaved(long step, String reason) {}

  /** Something that the user should know, such as a lost executor; training goes on. */
  default void told(String line) {}

  /** Whether the time of steps is to be measured. */
  default boolean profiles() {
    return false;
  }

  /** Training is over, and this is where the time of steps went, if {@link #profiles} says so. */
  default void profiled(StepProfile profile, List<Traffic> sent) {}
}
