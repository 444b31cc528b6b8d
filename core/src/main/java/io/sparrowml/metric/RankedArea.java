package io.sparrowml.metric;

import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** An area under a curve that is drawn from the order of all samples' scores, for each class. */
interface RankedArea extends Metric {
  /** The state, by the name of this metric. */
  Scores scores();

  /** The area of one class against the others; not a number where there is none. */
  double area(ScoreCounts scores);

  @Override
  default long[] zero() {
    return new long[0];
  }

  @Override
  default long[] add(long[] state, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    return scores().add(state, outputs, targets, rows);
  }

  @Override
  default long[] merge(long[] state, long[] other) {
    return scores().merge(state, other);
  }

  @Override
  default double result(long[] state) {
    return scores().result(state, this::area);
  }

  @Override
  default Map<String, Double> results(long[] state) {
    return scores().results(state, this::area);
  }

  @Override
  default List<String> names(Task task) {
    return scores().names(task);
  }

  @Override
  default boolean ascends() {
    return true;
  }

  @Override
  default void check(Task task) {
    task.requireClasses(name());
  }
}
