package io.sparrowml.spark.cluster;

import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Schedule;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.regularizer.None;
import io.sparrowml.train.Mode;
import io.sparrowml.train.OnNonFinite;
import io.sparrowml.train.ParameterSegments;
import org.jspecify.annotations.Nullable;

/**
 * The update that shards do: that of the training, or with local steps the outer one, since workers
 * have done the training's already.
 *
 * @param schedule of its learning rate
 * @param clip null for none
 * @param segments what lies in the flat vector
 * @param skips whether a step whose gradient is not finite changes nothing
 */
record ServerUpdate(
    Optimizer optimizer, Schedule schedule, @Nullable Clip clip, Segments segments, boolean skips) {
  /**
   * The update of a training.
   *
   * @param segments what lies in the flat vector
   * @param stepsPerEpoch steps of an epoch
   */
  static ServerUpdate of(TrainingSpec spec, Segments segments, int stepsPerEpoch) {
    if (spec.mode() instanceof Mode.LocalSteps local) {
      Optimizer outer = local.outer();
      return new ServerUpdate(outer, outer.learningRate(), null, outer(segments), false);
    }
    return new ServerUpdate(
        spec.optimizer(),
        spec.schedule(stepsPerEpoch),
        spec.clip(),
        segments,
        spec.onNonFinite() == OnNonFinite.SKIP_STEP);
  }

  /** The update of a whole training, its length left open. */
  static ServerUpdate of(TrainingSpec spec, Layout layout) {
    return of(spec, ParameterSegments.of(layout), 1);
  }

  /** What the workers' values replace: nothing follows, nothing is kept small. */
  private static Segments outer(Segments segments) {
    return new Segments(segments.inOrder().stream().map(ServerUpdate::outer).toList());
  }

  private static Segment outer(Segment inner) {
    return inner instanceof Segment.Trained trained
        ? new Segment.Trained(trained.from(), trained.length(), trained.units(), new None())
        : new Segment.Statistic(inner.from(), inner.length(), 0);
  }

  /** Whether an update uses the memory of the gradients for what it works out. */
  boolean overwritesGradients() {
    return skips || Updater.overwritesGradients(optimizer, clip);
  }

  /** The update of a slice. */
  Updater updater(int from, int length) {
    return new Updater(optimizer, schedule, clip, segments.within(from, length));
  }
}
