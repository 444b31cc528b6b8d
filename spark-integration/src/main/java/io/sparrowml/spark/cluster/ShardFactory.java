package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.server.AsyncShard;
import io.sparrowml.spark.server.EpochStates;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.server.SyncShard;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Mode;
import java.util.List;

/**
 * Makes the shards of a training.
 *
 * @param segments what lies in the flat vector
 * @param rounds of an epoch
 */
record ShardFactory(TrainingSpec spec, Segments segments, Rounds rounds) {
  /**
   * A shard without updates.
   *
   * @param index its number
   * @param place what it holds of the flat vector
   * @param vectors in which it works
   * @param arena for its other numbers, which are zeros
   */
  Shard make(int index, ShardPlace place, Vectors vectors, Arena arena, Peers peers) {
    ServerUpdate update = ServerUpdate.of(spec, segments, rounds.steps());
    Updater updater = update.updater(place.from(), place.length());
    Shard.Memory memory =
        new Shard.Memory(
            vectors.even().slice(place.from(), place.length()),
            vectors.odd().slice(place.from(), place.length()),
            updater.slots(place.length()),
            spec.earlyStopping() == null ? null : zeros(arena, place.length()),
            update.overwritesGradients() ? zeros(arena, place.length()) : null);
    FixedTree tree = new FixedTree(spec.logicalWorkers());
    EpochStates states = index == 0 ? new EpochStates(spec::mergeStates, rounds.perEpoch()) : null;
    Mode mode = spec.mode();
    return mode.isAsynchronous()
        ? new AsyncShard(
            index, memory, updater, tree, peers, states, mode.staleness(), rounds.perEpoch())
        : new SyncShard(
            index,
            memory,
            updater,
            tree,
            peers,
            states,
            Compressor.rounding(spec.compression(), segments, place),
            update.skips());
  }

  private static Tensor zeros(Arena arena, int length) {
    Tensor zeros = Node.vector(arena, length);
    zeros.clear();
    return zeros;
  }

  /** How many vectors of its length a shard has off the heap beside its parameters. */
  static int vectors(TrainingSpec spec) {
    return (spec.earlyStopping() == null ? 0 : 1) + (whole(spec).overwritesGradients() ? 1 : 0);
  }

  /** How many vectors of its length a shard has on the heap. */
  static int slots(TrainingSpec spec) {
    return whole(spec).optimizer().slots();
  }

  private static ServerUpdate whole(TrainingSpec spec) {
    return ServerUpdate.of(spec, new Segments(List.of()), 1);
  }
}
