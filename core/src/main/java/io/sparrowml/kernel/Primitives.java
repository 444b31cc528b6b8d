package io.sparrowml.kernel;

import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;

/**
 * The primitives of one {@link OneDnnKernels}, each made when first needed; the one that was not
 * used for the longest time goes when there are too many.
 *
 * <p>Results do not depend on the number of threads. oneDNN plans a primitive for the threads at
 * hand, and may cut long sums into a part for each. So a primitive computes with several threads
 * where there is enough to do and a {@link Trial} shows that it gives the bits of one thread: with
 * all, or with the most that are a power of two and do. All others are made and run with one.
 * Weights are packed as one thread likes them best.
 */
final class Primitives implements AutoCloseable {
  /** Makes kernels of recipes. */
  @FunctionalInterface
  interface Binder {
    /** The primitive of a recipe over given memory, its arguments in the recipe's order. */
    Kernel bound(Recipe recipe, long... addresses);
  }

  /** Makes kernels of recipes that can do steps on their result. */
  @FunctionalInterface
  interface Fuser {
    /**
     * A primitive that does the first of some steps itself, as many as oneDNN can; then the rest.
     *
     * @param recipe of the primitive with the steps that it does
     * @param slopes whether the primitive can do a {@link PostOp.Slope}
     * @param dims of the result as the primitive sees it; the last axis is the result's own
     * @param addresses of the primitive's arguments, without those of the steps
     */
    Kernel fused(
        Function<List<PostOp>, Recipe> recipe,
        boolean slopes,
        List<Step> steps,
        int[] dims,
        Tensor out,
        long... addresses);
  }

  private static final long WORTH_THREADS = 1 << 16;

  private final int most;
  private final int threads;
  private final OpenMp openMp;
  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream queue = new stream(cpu);
  private final dnnl_stream handle = queue.get();
  private final Map<Recipe, Kept> kept = new LinkedHashMap<>(64, 0.75f, true);

  private final List<memory> packed = new ArrayList<>();

  private record Kept(Recipe recipe, Compiled primitive, int threads) {}

  /**
   * An empty cache.
   *
   * @param most how many primitives to keep
   * @param threads how many they may compute with
   */
  Primitives(int most, int threads, OpenMp openMp) {
    this.openMp = openMp;
    this.most = most;
    this.threads = threads;
  }

  /**
   * Runs the primitive of a recipe.
   *
   * @param addresses where its arguments lie, in the recipe's order
   * @return the equal recipe under which the primitive is kept: with it the next run finds the
   *     primitive without comparing recipes part by part, and so without using the heap
   */
  Recipe run(Recipe recipe, long... addresses) {
    Kept found = kept.get(recipe);
    if (found == null) {
      found = make(recipe);
      kept.put(recipe, found);
      if (kept.size() > most) {
        Iterator<Kept> eldestFirst = kept.values().iterator();
        eldestFirst.next().primitive.close();
        eldestFirst.remove();
      }
    }
    openMp.useThreads(found.threads);
    found.primitive.run(handle, addresses);
    return found.recipe;
  }

  private Kept make(Recipe recipe) {
    Compiled narrow = make(recipe, 1);
    if (threads == 1 || recipe.work() < WORTH_THREADS) {
      return new Kept(recipe, narrow, 1);
    }
    try (Trial trial = new Trial(openMp, handle, narrow.bytes())) {
      for (int fewer = threads; fewer > 1; fewer = Integer.highestOneBit(fewer - 1)) {
        Compiled wide = make(recipe, fewer);
        if (trial.sameBits(narrow, wide, fewer)) {
          narrow.close();
          return new Kept(recipe, wide, fewer);
        }
        wide.close();
      }
    }
    return new Kept(recipe, narrow, 1);
  }

  private Compiled make(Recipe recipe, int ofThreads) {
    openMp.useThreads(ofThreads);
    return recipe.make(cpu);
  }

  /**
   * Memory for the weights of a recipe in the layout that is best for its primitive; it lives as
   * long as these primitives do.
   *
   * @return its address, or 0 where they cannot be packed, or need not be
   */
  long roomToPack(Weighted weighted) {
    openMp.useThreads(1);
    try (memory.desc plain = weighted.weights()) {
      if (plain == null) {
        return 0;
      }
      try (memory.desc best = weighted.packed(cpu)) {
        if (best.equals(plain)) {
          return 0;
        }
        memory room = new memory(best, cpu);
        packed.add(room);
        return room.get_data_handle().address();
      }
    }
  }

  /** How many primitives are kept. */
  int size() {
    return kept.size();
  }

  /** How many of them compute with several threads. */
  long wide() {
    return kept.values().stream().filter(each -> each.threads > 1).count();
  }

  @Override
  public void close() {
    kept.values().forEach(each -> each.primitive.close());
    kept.clear();
    packed.forEach(memory::close);
    packed.clear();
    queue.close();
    cpu.close();
  }
}
