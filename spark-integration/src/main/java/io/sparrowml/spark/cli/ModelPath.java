package io.sparrowml.spark.cli;

import io.sparrowml.spark.ml.SavedModel;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Where a saved model is: a directory with its files, or a run directory that holds one. */
final class ModelPath {
  private ModelPath() {}

  /**
   * The model at a place.
   *
   * @throws io.sparrowml.model.ModelException when there is none, or a damaged one
   */
  static SavedModel load(String where, Configuration hadoop) throws IOException {
    return SavedModel.load(directory(where, hadoop), hadoop);
  }

  private static Path directory(String where, Configuration hadoop) throws IOException {
    Path given = new Path(where);
    Path within = new Path(given, "model");
    return within.getFileSystem(hadoop).exists(within) ? within : given;
  }
}
