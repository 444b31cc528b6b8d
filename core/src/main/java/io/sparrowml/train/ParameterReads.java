package io.sparrowml.train;

import io.sparrowml.autograd.Program;
import io.sparrowml.autograd.Timings;
import io.sparrowml.model.Layout;
import io.sparrowml.op.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When a pass reads which parameters. As the forward pass goes from the first layer to the last, it
 * can begin with those of the first.
 */
final class ParameterReads {
  private final List<Read> reads = new ArrayList<>();

  /**
   * What is read from some kernel on, and not before.
   *
   * @param kernels how many come before
   * @param to up to which index of the flat vector
   */
  private record Read(int kernels, int to) {}

  /**
   * The reads of a program.
   *
   * @param leaves the parameters, in the layout's order
   * @param until before which kernel all parameters are to be there
   */
  ParameterReads(Program program, Layout layout, List<Value> leaves, int until) {
    TreeMap<Integer, Integer> ends = new TreeMap<>();
    for (int i = 0; i < leaves.size(); i++) {
      Layout.Entry entry = layout.entries().get(i);
      int end = entry.offset() + entry.size();
      ends.merge(Math.min(until, program.kernelsBefore(leaves.get(i))), end, Math::max);
    }
    ends.merge(ends.isEmpty() ? 0 : ends.lastKey(), layout.size(), Math::max);
    int to = -1;
    for (Map.Entry<Integer, Integer> end : ends.entrySet()) {
      if (to < end.getValue()) {
        to = end.getValue();
        reads.add(new Read(end.getKey(), to));
      }
    }
  }

  /**
   * Runs the program up to the kernel that is the first to read the last parameters.
   *
   * @return how many kernels that were
   */
  <E extends Exception> int run(Program program, @Nullable Timings timings, Exchange<E> exchange)
      throws E {
    int before = 0;
    for (int i = 0; i < reads.size(); i++) {
      Read read = reads.get(i);
      program.run(before, read.kernels, timings);
      before = read.kernels;
      exchange.await(read.to);
    }
    return before;
  }
}
