package io.sparrowml.benchmarks.kernel;

import io.sparrowml.kernel.Kernel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The matrix products of a training step of the MLP, forward and backward. */
public class MatMulBenchmark extends KernelBenchmark {
  /** Which product. */
  @Param public Product product = Product.FORWARD_0;

  private Kernel kernel = () -> {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    kernel = product.kernel(kernels, arena);
  }

  /** One product. */
  @Benchmark
  public void matmul() {
    kernel.run();
  }
}
