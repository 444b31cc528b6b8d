package io.sparrowml.benchmarks.kernel;

import static io.sparrowml.benchmarks.Mlp.BATCH;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
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
  /** The products, as {@code [n, k] x [k, m]}. */
  public enum Product {
    /** {@code x kernel} of the first layer. */
    FORWARD_0(BATCH, 784, 512, false, false),
    /** {@code x' dy}, the gradient of the first layer's kernel. */
    KERNEL_GRADIENT_0(784, BATCH, 512, true, false),
    /** {@code x kernel} of the second layer. */
    FORWARD_1(BATCH, 512, 256, false, false),
    /** {@code x' dy}, the gradient of the second layer's kernel. */
    KERNEL_GRADIENT_1(512, BATCH, 256, true, false),
    /** {@code dy kernel'}, the gradient of the second layer's input. */
    INPUT_GRADIENT_1(BATCH, 256, 512, false, true),
    /** {@code x kernel} of the last layer. */
    FORWARD_2(BATCH, 256, 10, false, false),
    /** {@code x' dy}, the gradient of the last layer's kernel. */
    KERNEL_GRADIENT_2(256, BATCH, 10, true, false),
    /** {@code dy kernel'}, the gradient of the last layer's input. */
    INPUT_GRADIENT_2(BATCH, 10, 256, false, true);

    private final int n;
    private final int k;
    private final int m;
    private final boolean transposeA;
    private final boolean transposeB;

    Product(int n, int k, int m, boolean transposeA, boolean transposeB) {
      this.n = n;
      this.k = k;
      this.m = m;
      this.transposeA = transposeA;
      this.transposeB = transposeB;
    }
  }

  /** Which product. */
  @Param public Product product = Product.FORWARD_0;

  private final Arena arena = Arena.root("benchmark", 64 << 20);
  private final Kernels kernels = KernelProvider.open();
  private Tensor a = random(1, 1, false);
  private Tensor b = random(1, 1, false);
  private Tensor out = random(1, 1, false);

  /** Makes the operands. */
  @Setup
  public void setUp() {
    a = random(product.n, product.k, product.transposeA);
    b = random(product.k, product.m, product.transposeB);
    out = random(product.n, product.m, false);
  }

  private Tensor random(int rows, int columns, boolean transposed) {
    Shape shape = transposed ? Shape.of(columns, rows) : Shape.of(rows, columns);
    Tensor tensor = Tensor.allocate(arena, DType.FLOAT32, shape);
    RandomKey key = RandomKey.of(shape.size());
    double[] numbers = new double[tensor.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = key.normal(i);
    }
    return tensor.set(numbers);
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    kernels.close();
    arena.close();
  }

  /** One product. */
  @Benchmark
  public Tensor matmul() {
    kernels.matmul(a, product.transposeA, b, product.transposeB, out).run();
    return out;
  }
}
