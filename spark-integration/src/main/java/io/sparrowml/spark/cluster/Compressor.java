package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.spark.server.GradientSum;
import io.sparrowml.spark.server.Rounding;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the gradients of a node's workers such as travel in few bytes, and keeps for each worker
 * what it keeps back: until the end of the epoch, or until who takes part changes.
 *
 * <p>Used by several threads at once, by one at a time for each worker and shard.
 */
final class Compressor {
  private final Compression compression;
  private final Segments segments;
  private final int roundsPerEpoch;
  private final int size;
  private final Arena arena;
  private final Map<Integer, Tensor> kept = new ConcurrentHashMap<>(); // by worker
  private final List<Tensor> spare = new ArrayList<>();
  private List<Rounding> roundings = List.of(); // by shard

  /**
   * A compressor that keeps nothing yet.
   *
   * @param factory knows what lies in the flat vector, and how it is trained
   * @param size the vector's length
   * @param arena for what is kept
   */
  Compressor(ShardFactory factory, int size, Arena arena) {
    this.compression = factory.spec().compression();
    this.segments = factory.segments();
    this.roundsPerEpoch = factory.rounds().perEpoch();
    this.size = size;
    this.arena = arena;
  }

  /**
   * Forgets what was kept; another generation begins.
   *
   * @param shards their places, by number
   * @param workers that are hosted
   */
  synchronized void begin(List<ShardPlace> shards, List<Integer> workers) {
    roundings = shards.stream().map(place -> rounding(compression, segments, place)).toList();
    spare.addAll(kept.values());
    kept.clear();
    if (compression.keepsBack()) {
      for (int worker : workers) {
        Tensor vector = spare.isEmpty() ? Node.vector(arena, size) : spare.remove(0);
        vector.clear();
        kept.put(worker, vector);
      }
    }
  }

  /** The rounding of a shard's slice. */
  static Rounding rounding(Compression compression, Segments segments, ShardPlace place) {
    return new Rounding(compression, segments.within(place.from(), place.length()), place.length());
  }

  /**
   * Makes a worker's own gradient what is added along the tree.
   *
   * @param part the slice of a shard, overwritten
   * @param before how many rounds there have been
   */
  void worker(int worker, int shard, ShardPlace place, Tensor part, long before) {
    if (compression.isNone()) {
      return;
    }
    Rounding rounding = roundings.get(shard);
    if (!compression.keepsBack()) {
      rounding.worker(part);
      return;
    }
    Tensor rest = Objects.requireNonNull(kept.get(worker)).slice(place.from(), place.length());
    if ((before + 1) % roundsPerEpoch == 0) {
      rounding.all(part, rest);
    } else {
      rounding.worker(part, rest);
    }
  }

  /** Adds the sum of a right subtree to that of a left one. */
  GradientSum add(int shard, GradientSum left, GradientSum right) {
    return roundings.get(shard).add(left, right);
  }
}
