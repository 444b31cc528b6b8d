package io.sparrowml.spark.cluster;

import io.sparrowml.memory.Arena;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the vectors that a shard goes on with, of its slice's length: wherever its numbers lie,
 * they can be copied out and in.
 */
interface StateVector {
  /** The name of the parameters. */
  String PARAMETERS = "parameters";

  /** What the names of slots begin with. */
  String SLOT = "slots.";

  /** The name of the parameters of the best epoch. */
  String BEST = "best";

  /** How many numbers. */
  int size();

  /** Copies all into {@code [size]}. */
  void copyTo(Tensor into);

  /**
   * The numbers as a tensor, {@code [size]}: themselves, or a copy where they lie on the heap.
   *
   * @param arena for a copy
   */
  Tensor tensor(Arena arena);

  /**
   * Takes on numbers.
   *
   * @param at index of the first
   * @param numbers {@code [n]}, n at most the size less that index
   */
  void copyFrom(int at, Tensor numbers);

  /** Those of a tensor. */
  static StateVector of(Tensor tensor) {
    return new StateVector() {
      @Override
      public int size() {
        return tensor.size();
      }

      @Override
      public void copyTo(Tensor into) {
        into.copyFrom(tensor);
      }

      @Override
      public Tensor tensor(Arena arena) {
        return tensor;
      }

      @Override
      public void copyFrom(int at, Tensor numbers) {
        tensor.slice(at, numbers.size()).copyFrom(numbers);
      }
    };
  }

  /** Those of an optimizer's slot. */
  static StateVector of(Slots slots, int slot) {
    return new StateVector() {
      @Override
      public int size() {
        return slots.length();
      }

      @Override
      public void copyTo(Tensor into) {
        slots.copyTo(slot, into);
      }

      @Override
      public Tensor tensor(Arena arena) {
        Tensor copy = Node.vector(arena, size());
        copyTo(copy);
        return copy;
      }

      @Override
      public void copyFrom(int at, Tensor numbers) {
        slots.copyFrom(slot, at, numbers);
      }
    };
  }

  /** A shard's vectors by the names that they have in files. */
  static Map<String, StateVector> named(Shard shard) {
    Shard.Memory memory = shard.memory();
    Map<String, StateVector> named = new LinkedHashMap<>();
    named.put(PARAMETERS, of(shard.parameters()));
    for (int slot = 0; slot < memory.slots().count(); slot++) {
      named.put(SLOT + slot, of(memory.slots(), slot));
    }
    if (memory.best() != null) {
      named.put(BEST, of(memory.best()));
    }
    return named;
  }

  /** Those names, of any shard of a training. */
  static List<String> names(TrainingSpec spec) {
    List<String> names = new ArrayList<>(List.of(PARAMETERS));
    for (int slot = 0; slot < ShardFactory.slots(spec); slot++) {
      names.add(SLOT + slot);
    }
    if (spec.earlyStopping() != null) {
      names.add(BEST);
    }
    return names;
  }
}
