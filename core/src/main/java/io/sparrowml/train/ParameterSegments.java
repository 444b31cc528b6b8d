package io.sparrowml.train;

import io.sparrowml.layer.Parameter;
import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.tensor.Shape;

/** A network's layout as optimizers see it: how each stretch of the flat vector changes. */
public final class ParameterSegments {
  private ParameterSegments() {}

  /** The segments of the whole flat vector, one a parameter. */
  public static Segments of(Layout layout) {
    return new Segments(layout.entries().stream().map(ParameterSegments::of).toList());
  }

  private static Segment of(Layout.Entry entry) {
    Parameter.Role role = entry.parameter().role();
    if (role instanceof Parameter.Statistic statistic) {
      return new Segment.Statistic(entry.offset(), entry.size(), statistic.momentum());
    }
    Parameter.Trained trained = (Parameter.Trained) role;
    Shape shape = entry.shape();
    int units = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
    return new Segment.Trained(entry.offset(), entry.size(), units, trained.regularizer());
  }
}
