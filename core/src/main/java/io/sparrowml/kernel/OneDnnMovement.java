package io.sparrowml.kernel;

import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Movement of FLOAT32: oneDNN's reorder between strided layouts, and copies of whole runs. */
final class OneDnnMovement implements Movement {
  private static final int CHUNK = 2048;

  private final Movement plain;
  private final Primitives.Binder primitives;
  private final Scratch scratch;

  OneDnnMovement(Movement plain, Primitives.Binder primitives, Scratch scratch) {
    this.plain = plain;
    this.primitives = primitives;
    this.scratch = scratch;
  }

  @Override
  public Kernel copy(Tensor x, View source, Tensor out, View target) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.copy(x, source, out, target);
    }
    int size = source.size();
    if (size == 0) {
      return () -> {};
    }
    int axis = Math.max(crowded(source), crowded(target));
    if (axis >= 0) {
      return inTwo(x, source, out, target, axis);
    }
    Recipe.Reorder reorder = merged(source.extents(), source.strides(), target.strides());
    if (reorder.isRun()) {
      Tensor from = x.slice(source.offset(), size);
      Tensor to = out.slice(target.offset(), size);
      return () -> to.copyFrom(from);
    }
    return primitives.bound(reorder, at(x, source.offset()), at(out, target.offset()));
  }

  /**
   * An axis whose last number has less than its stride to itself, as that of {@code [0, 2, 4]}
   * among five: to oneDNN the next row would lie within it. -1 where there is none.
   */
  private static int crowded(View view) {
    for (int axis = 0; axis < view.extents().size(); axis++) {
      int stride = view.strides().get(axis);
      int extent = view.extents().get(axis);
      for (int other = 0; other < view.extents().size() && extent > 1; other++) {
        int next = view.strides().get(other);
        if (view.extents().get(other) > 1 && stride < next && next < stride * extent) {
          return axis;
        }
      }
    }
    return -1;
  }

  /** Copies what is before the last index of an axis, and then that. */
  private Kernel inTwo(Tensor x, View source, Tensor out, View target, int axis) {
    int last = source.extents().get(axis) - 1;
    Kernel first = copy(x, source.part(axis, 0, last, 1), out, target.part(axis, 0, last, 1));
    Kernel rest = copy(x, source.part(axis, last, 1, 1), out, target.part(axis, last, 1, 1));
    return () -> {
      first.run();
      rest.run();
    };
  }

  private static long at(Tensor tensor, int offset) {
    return tensor.address() + (long) Float.BYTES * offset;
  }

  /** The same copy over as few axes as can be. */
  private static Recipe.Reorder merged(
      List<Integer> extents, List<Integer> from, List<Integer> to) {
    List<Integer> fewer = new ArrayList<>();
    List<Integer> source = new ArrayList<>();
    List<Integer> target = new ArrayList<>();
    for (int axis = 0; axis < extents.size(); axis++) {
      int extent = extents.get(axis);
      int last = fewer.size() - 1;
      if (extent == 1) {
        continue;
      }
      if (last >= 0
          && source.get(last) == extent * from.get(axis)
          && target.get(last) == extent * to.get(axis)) {
        fewer.set(last, fewer.get(last) * extent);
        source.set(last, from.get(axis));
        target.set(last, to.get(axis));
      } else {
        fewer.add(extent);
        source.add(from.get(axis));
        target.add(to.get(axis));
      }
    }
    return new Recipe.Reorder(List.copyOf(fewer), List.copyOf(source), List.copyOf(target));
  }

  @Override
  public Kernel fill(double number, Tensor out) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.fill(number, out);
    }
    int size = out.size();
    return () -> {
      float[] chunk = scratch.floats(0, CHUNK);
      Arrays.fill(chunk, (float) number);
      for (int from = 0; from < size; from += CHUNK) {
        out.write(from, chunk, 0, Math.min(CHUNK, size - from));
      }
    };
  }

  @Override
  public Kernel gather(Tensor table, Tensor ids, Tensor out) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.gather(table, ids, out);
    }
    int rows = table.shape().dim(0);
    int bytes = Math.toIntExact(table.shape().from(1).size() * Float.BYTES);
    int count = ids.size();
    ByteBuffer from = table.block().buffer();
    ByteBuffer to = out.block().buffer();
    return () -> {
      float[] places = scratch.floats(0, ids);
      for (int i = 0; i < count; i++) {
        to.put(i * bytes, from, Movement.row("gather", places[i], rows, i) * bytes, bytes);
      }
    };
  }

  @Override
  public Kernel scatterRows(Tensor ids, Tensor x, Tensor out) {
    if (out.dtype() != DType.FLOAT32) {
      return plain.scatterRows(ids, x, out);
    }
    int rows = out.shape().dim(0);
    int width = Math.toIntExact(out.shape().from(1).size());
    int count = ids.size();
    return () -> {
      float[] places = scratch.floats(0, ids);
      float[] sum = scratch.floats(1, width);
      float[] row = scratch.floats(2, width);
      out.clear();
      for (int i = 0; i < count; i++) {
        int at = Movement.row("scatter rows", places[i], rows, i) * width;
        out.read(at, sum, 0, width);
        x.read(i * width, row, 0, width);
        add(row, sum, width);
        out.write(at, sum, 0, width);
      }
    };
  }

  private static void add(float[] row, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += row[i];
    }
  }
}
