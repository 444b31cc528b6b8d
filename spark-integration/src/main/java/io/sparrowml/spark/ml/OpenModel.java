package io.sparrowml.spark.ml;

import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Model;
import io.sparrowml.spark.cluster.TaskThreads;
import io.sparrowml.train.Inference;

/** A model ready to be used by one task. */
final class OpenModel implements AutoCloseable {
  private final Arena arena = Arena.root("model", Long.MAX_VALUE);
  private final Kernels kernels = KernelProvider.open(TaskThreads.count());
  private final Arena rows = arena.child("rows");
  private final RowFormat format;
  private final Model model;
  private final Inference inference;

  /**
   * Opens a model.
   *
   * @param format of the rows to come
   */
  OpenModel(SavedModel saved, RowFormat format) {
    this.format = format;
    this.model = saved.model();
    this.inference = new Inference(model, format, kernels, arena);
    try (Arena opened = arena.child("weights")) {
      inference.use(saved.open(opened));
    }
  }

  Model model() {
    return model;
  }

  Inference inference() {
    return inference;
  }

  /** Room for rows, which takes the place of the room given before. */
  Rows room(int count) {
    rows.reset();
    return Rows.allocate(rows, format, count);
  }

  @Override
  public void close() {
    kernels.close();
    arena.closeAll();
  }
}
