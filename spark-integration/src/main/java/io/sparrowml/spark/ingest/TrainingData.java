package io.sparrowml.spark.ingest;

import io.sparrowml.data.Preprocessing;
import io.sparrowml.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that training needs of a data set.
 *
 * @param validation null where none was asked for
 * @param preprocessing fitted on the training rows
 * @param classes the names of the classes, in the order of their indices; empty for a regression
 */
public record TrainingData(
    Shards train, @Nullable Shards validation, Preprocessing preprocessing, List<String> classes) {
  /** Fixes the names. */
  public TrainingData {
    classes = List.copyOf(classes);
  }

  /** How many inputs the network gets. */
  public int width() {
    return preprocessing.width();
  }

  /** The shape of a row's labels: {@code []} for one, {@code [t]} for a sequence. */
  public Shape target() {
    return train.format().target();
  }

  /** Lets Spark forget the rows. */
  public void unpersist() {
    train.unpersist();
    if (validation != null) {
      validation.unpersist();
    }
  }
}
