package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * A node tells the coordinator that it has written a shard's part of a checkpoint, or why not.
 *
 * @param shard which
 * @param file its name
 * @param bytes its length
 * @param sha256 of the file, in hexadecimal
 * @param problem what went wrong; empty where nothing did
 */
public record Saved(
    int generation, long step, int shard, String file, long bytes, String sha256, String problem)
    implements Message {

  public Saved {
    Objects.requireNonNull(problem, "problem");
  }
}
