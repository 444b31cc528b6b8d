package io.sparrowml.spark.cluster;

import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;

/** What a training can begin with: the initial parameters, or what was written down. */
interface Origin {
  /**
   * Reads the parameters.
   *
   * @param step how many updates they have behind them, 0 for the initial ones
   * @param into {@code [size]}
   */
  void parameters(long step, Tensor into);

  /**
   * Reads what a shard holds beside its parameters.
   *
   * @param step how many updates it has behind it, at least 1
   * @param place which slice of the vectors
   */
  void shard(long step, ShardPlace place, Shard into);
}
