package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.checkpoint.CheckpointDirectory;
import io.sparrowml.spark.checkpoint.Part;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads what a training goes on from, however the vector was cut when it was written. */
final class CheckpointReader {
  private final CheckpointDirectory directory;
  private final Storage.Start from;
  private final TrainingSpec spec;

  CheckpointReader(CheckpointDirectory directory, Storage.Start from, TrainingSpec spec) {
    this.directory = directory;
    this.from = from;
    this.spec = spec;
  }

  /**
   * Reads a slice of the flat vector.
   *
   * @param place which
   * @param into by the names of {@link CheckpointWriter#named}, each {@code [place.length()]}
   * @param arena for what is read
   */
  void read(ShardPlace place, Map<String, Tensor> into, Arena arena) throws IOException {
    for (Part part : from.parts()) {
      int begin = Math.max(part.from(), place.from());
      int end = Math.min(part.end(), place.from() + place.length());
      if (begin < end) {
        try (Arena temporary = arena.child("checkpoint")) {
          Map<String, Tensor> numbers = CheckpointWriter.named(room(part, temporary));
          directory.read(from.step(), part, numbers);
          into.forEach(
              (name, target) ->
                  target
                      .slice(begin - place.from(), end - begin)
                      .copyFrom(
                          Objects.requireNonNull(numbers.get(name), name)
                              .slice(begin - part.from(), end - begin)));
          temporary.closeAll();
        }
      }
    }
  }

  private Shard.Memory room(Part part, Arena arena) {
    List<Tensor> slots = new ArrayList<>();
    for (int slot = 0; slot < spec.optimizer().slots(); slot++) {
      slots.add(Node.vector(arena, part.length()));
    }
    Tensor parameters = Node.vector(arena, part.length());
    Tensor best = spec.earlyStopping() == null ? null : Node.vector(arena, part.length());
    return new Shard.Memory(parameters, parameters, slots, best);
  }
}
