package io.sparrowml.spark.cluster;

import io.sparrowml.spark.checkpoint.Checkpoint;
import io.sparrowml.spark.checkpoint.CheckpointStore;
import io.sparrowml.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checkpoints in memory, which survives everything. */
final class SimulatedStore implements CheckpointStore {
  private final int size;
  private final Map<Long, Map<String, float[]>> vectors = new HashMap<>();
  private final TreeMap<Long, Checkpoint> complete = new TreeMap<>();

  SimulatedStore(int size) {
    this.size = size;
  }

  void write(long step, String name, int from, Tensor vector) {
    float[] values = vector.toFloats();
    float[] whole =
        vectors
            .computeIfAbsent(step, s -> new HashMap<>())
            .computeIfAbsent(name, n -> new float[size]);
    System.arraycopy(values, 0, whole, from, values.length);
  }

  void read(long step, String name, int from, Tensor into) {
    float[] whole = Objects.requireNonNull(vectors.get(step), "step").get(name);
    into.floats().put(Objects.requireNonNull(whole, name), from, into.size());
  }

  Checkpoint at(long step) {
    return Objects.requireNonNull(complete.get(step), "checkpoint");
  }

  @Override
  public String path() {
    return "memory";
  }

  @Override
  public void complete(Checkpoint checkpoint, int keep) {
    complete.put(checkpoint.step(), checkpoint);
  }

  @Override
  public @Nullable Checkpoint newest(Consumer<String> damaged) {
    return complete.isEmpty() ? null : complete.lastEntry().getValue();
  }

  @Override
  public void discard(long step) {}

  @Override
  public boolean holdsAny() {
    return !complete.isEmpty();
  }
}
