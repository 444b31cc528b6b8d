package io.sparrowml.benchmarks.kernel;

import io.sparrowml.benchmarks.Slices;
import io.sparrowml.benchmarks.Subject;
import io.sparrowml.config.ConfigMapper;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import java.util.Arrays;
import java.util.List;

/**
 * Times the matrix products of the MLP's training step alone, on one thread: what the training
 * could reach if all else took no time.
 */
public final class ProductsRate {
  private ProductsRate() {}

  /** Prints the samples per second of the median slice; takes {@link Slices} as JSON. */
  public static void main(String[] args) throws Exception {
    Slices slices = new ConfigMapper().readJson(args[0], Slices.class);
    System.out.println(slices.rate(1, Products::new));
  }

  private static final class Products implements Slices.Work {
    private final Arena arena = Arena.root("benchmark", Long.MAX_VALUE);
    private final Kernels kernels = KernelProvider.open();
    private final List<Kernel> all =
        Arrays.stream(Product.values()).map(each -> each.layer(kernels, arena)).toList();

    @Override
    public int run() {
      all.forEach(Kernel::run);
      return Subject.MLP.batch();
    }

    @Override
    public void close() {
      kernels.close();
      arena.close();
    }
  }
}
