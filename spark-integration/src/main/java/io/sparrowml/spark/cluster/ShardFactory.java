package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.server.EpochStates;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the shards of a training.
 *
 * @param segments what lies in the flat vector
 * @param stepsPerEpoch updates an epoch
 */
record ShardFactory(TrainingSpec spec, Segments segments, int stepsPerEpoch) {
  /**
   * A shard without updates.
   *
   * @param index its number
   * @param place what it holds of the flat vector
   * @param vectors in which it works
   * @param arena for its other numbers, which are zeros
   */
  Shard make(int index, ShardPlace place, Vectors vectors, Arena arena, Peers peers) {
    List<Tensor> slots = new ArrayList<>();
    for (int s = 0; s < spec.optimizer().slots(); s++) {
      slots.add(zeros(arena, place.length()));
    }
    Shard.Memory memory =
        new Shard.Memory(
            vectors.even().slice(place.from(), place.length()),
            vectors.odd().slice(place.from(), place.length()),
            slots,
            spec.earlyStopping() == null ? null : zeros(arena, place.length()),
            Updater.overwritesGradients(spec.optimizer(), spec.clip())
                ? zeros(arena, place.length())
                : null);
    return new Shard(
        index,
        memory,
        new Updater(
            spec.optimizer(),
            spec.schedule(stepsPerEpoch),
            spec.clip(),
            segments.within(place.from(), place.length())),
        new FixedTree(spec.logicalWorkers()),
        peers,
        index == 0 ? new EpochStates(spec::mergeStates, stepsPerEpoch) : null);
  }

  private static Tensor zeros(Arena arena, int length) {
    Tensor zeros = Node.vector(arena, length);
    zeros.clear();
    return zeros;
  }

  /** How many vectors of its length a shard has beside its parameters. */
  static int vectors(TrainingSpec spec) {
    return spec.optimizer().slots()
        + (spec.earlyStopping() == null ? 0 : 1)
        + (Updater.overwritesGradients(spec.optimizer(), spec.clip()) ? 1 : 0);
  }
}
