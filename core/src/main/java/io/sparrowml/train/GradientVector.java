package io.sparrowml.train;

import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.Timings;
import io.sparrowml.model.Layout;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flat vector that a pass's gradients are computed into: most of them right in their place, the
 * others copied there. As the backward pass goes from the last layer to the first, the vector is
 * filled from its end.
 */
final class GradientVector {
  private final List<Layout.Entry> entries;
  private final List<Tensor> places = new ArrayList<>();
  private final List<Tensor> gaps = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();

  /** A gradient that is computed elsewhere. */
  private record Copy(Tensor from, Tensor to) {}

  /**
   * What can be said to be complete from an index on.
   *
   * @param kernels after how many
   * @param copies to be made then
   */
  private record Part(int kernels, int from, List<Copy> copies) {}

  /**
   * A vector.
   *
   * @param flat {@code [layout.size()]}
   */
  GradientVector(Layout layout, Tensor flat) {
    this.entries = layout.entries();
    int end = 0;
    for (Layout.Entry entry : entries) {
      addGap(flat, end, entry.offset());
      places.add(entry.of(flat));
      end = entry.offset() + entry.size();
    }
    addGap(flat, end, flat.size());
  }

  private void addGap(Tensor flat, int from, int to) {
    if (from < to) {
      gaps.add(flat.slice(from, to - from));
    }
  }

  /**
   * Where gradients should be computed.
   *
   * @param gradients one for each entry of the layout
   */
  Map<Value, Tensor> wanted(List<Value> gradients) {
    Map<Value, Tensor> wanted = new HashMap<>();
    for (int i = 0; i < places.size(); i++) {
      wanted.putIfAbsent(gradients.get(i), places.get(i));
    }
    return wanted;
  }

  /** Learns where a program computes gradients indeed, and when. */
  void computedBy(Program program, List<Value> gradients) {
    int kernels = 0;
    List<Copy> copies = new ArrayList<>();
    for (int i = places.size() - 1; i >= 0; i--) {
      Value gradient = gradients.get(i);
      int computed = program.kernels(gradient);
      if (computed > kernels && i < places.size() - 1) {
        parts.add(new Part(kernels, entries.get(i + 1).offset(), List.copyOf(copies)));
        copies.clear();
      }
      kernels = Math.max(kernels, computed);
      Tensor at = program.tensor(gradient);
      if (at.address() != places.get(i).address()) {
        copies.add(new Copy(at, places.get(i)));
      }
    }
    parts.add(new Part(program.kernels(), 0, List.copyOf(copies)));
  }

  /** How many kernels of the program there are before anything of the vector is complete. */
  int firstComputed() {
    return parts.get(0).kernels;
  }

  /**
   * Runs the program to its end, and leaves nothing of the vector open.
   *
   * @param from how many of its kernels have been run
   * @param timings are given the time of each layer; null for none
   * @param exchange is told what is complete
   */
  <E extends Exception> void fill(
      Program program, int from, @Nullable Timings timings, Exchange<E> exchange) throws E {
    for (int i = 0; i < gaps.size(); i++) {
      gaps.get(i).clear();
    }
    int before = from;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      program.run(before, part.kernels, timings);
      before = part.kernels;
      for (int copy = 0; copy < part.copies.size(); copy++) {
        part.copies.get(copy).to.copyFrom(part.copies.get(copy).from);
      }
      exchange.computed(part.from);
    }
  }
}
