package io.sparrowml.benchmarks.kernel;

import io.sparrowml.kernel.KernelProvider;
import io.sparrowml.kernel.Kernels;
import io.sparrowml.memory.Arena;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What all benchmarks of kernels have: kernels of one thread, and memory for their operands. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark {
  /** Of the operands. */
  protected final Arena arena = Arena.root("benchmark", Long.MAX_VALUE);

  /** What is measured. */
  protected final Kernels kernels = KernelProvider.open();

  /** Room for a result. */
  protected final Tensor room(int... shape) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(shape));
  }

  /** An operand. */
  protected final Tensor random(int... shape) {
    return RandomNumbers.of(arena, shape);
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    kernels.close();
    arena.close();
  }
}
