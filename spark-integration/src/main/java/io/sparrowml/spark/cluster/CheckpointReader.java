package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.Held;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Reads what a training goes on from, however the vector was cut when it was written. */
final class CheckpointReader {
  private final Checkpoint checkpoint;
  private final CheckpointDirectory directory;
  private final TrainingSpec spec;

  CheckpointReader(Checkpoint checkpoint, CheckpointDirectory directory, TrainingSpec spec) {
    this.checkpoint = checkpoint;
    this.directory = directory;
    this.spec = spec;
  }

  /** Gives the first shard what metrics had seen of an epoch that had not ended. */
  static void restoreStates(Checkpoint checkpoint, Shard into) {
    if (into.states() != null && !checkpoint.states().isEmpty()) {
      long[][] states =
          checkpoint.states().stream()
              .map(state -> state.stream().mapToLong(Long::longValue).toArray())
              .toArray(long[][]::new);
      into.resume(new Held(0, checkpoint.step(), 0, new long[0], states, new long[0]));
    }
  }

  /**
   * Reads a slice of the flat vector.
   *
   * @param place which
   * @param into by the names of {@link StateVector#named}, each {@code [place.length()]}
   * @param arena for what is read
   */
  void read(ShardPlace place, Map<String, StateVector> into, Arena arena) throws IOException {
    if (into.isEmpty()) {
      return;
    }
    for (Part part : checkpoint.parts()) {
      int begin = Math.max(part.from(), place.from());
      int end = Math.min(part.end(), place.from() + place.length());
      if (begin < end) {
        try (Arena temporary = arena.child("checkpoint")) {
          Map<String, Tensor> numbers = room(part, temporary);
          directory.read(checkpoint.step(), part, numbers);
          into.forEach(
              (name, target) ->
                  target.copyFrom(
                      begin - place.from(),
                      Objects.requireNonNull(numbers.get(name), name)
                          .slice(begin - part.from(), end - begin)));
          temporary.closeAll();
        }
      }
    }
  }

  private Map<String, Tensor> room(Part part, Arena arena) {
    Map<String, Tensor> room = new LinkedHashMap<>();
    for (String name : StateVector.names(spec)) {
      room.put(name, Node.vector(arena, part.length()));
    }
    return room;
  }
}
