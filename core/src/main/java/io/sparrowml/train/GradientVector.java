package io.sparrowml.train;

import io.sparrowml.model.Layout;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The flat vector that a pass's gradients are computed into: most of them right in their place, the
 * others copied there.
 */
final class GradientVector {
  private final List<Tensor> places = new ArrayList<>();
  private final List<Tensor> gaps = new ArrayList<>();
  private final List<Tensor> from = new ArrayList<>();
  private final List<Tensor> to = new ArrayList<>();

  /**
   * A vector.
   *
   * @param flat {@code [layout.size()]}
   */
  GradientVector(Layout layout, Tensor flat) {
    int end = 0;
    for (Layout.Entry entry : layout.entries()) {
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

  /** Says where gradients are computed indeed. */
  void computedAt(List<Tensor> gradients) {
    for (int i = 0; i < places.size(); i++) {
      if (gradients.get(i).address() != places.get(i).address()) {
        from.add(gradients.get(i));
        to.add(places.get(i));
      }
    }
  }

  /** Fills what computing the gradients has left open. */
  void complete() {
    for (int i = 0; i < gaps.size(); i++) {
      gaps.get(i).clear();
    }
    for (int i = 0; i < from.size(); i++) {
      to.get(i).copyFrom(from.get(i));
    }
  }
}
