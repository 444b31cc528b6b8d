package io.sparrowml.benchmarks.kernel;

import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The matrix products of a training step of the MLP, forward and backward. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatMulBenchmark {
  /** Which product. */
  @Param public Product product = Product.FORWARD_0;

  private final Arena arena = Arena.root("benchmark", 64 << 20);
  private final Kernels kernels = KernelProvider.open();
  private Kernel kernel = () -> {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    kernel = product.kernel(kernels, arena);
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    kernels.close();
    arena.close();
  }

  /** One product. */
  @Benchmark
  public void matmul() {
    kernel.run();
  }
}
