package io.sparrowml.benchmarks.kernel;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.kernel.Pooling;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The CNN's first pooling and ResNet-20's global one, forward and backward, over 64 images. */
public class PoolingBenchmark extends KernelBenchmark {
  private static final Window HALF = Window.valid(2, 2, 1);
  private static final Window ALL = Window.valid(8, 1, 1);

  private Kernel maximum = () -> {};
  private Kernel maximumGradient = () -> {};
  private Kernel mean = () -> {};
  private Kernel meanGradient = () -> {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    Pooling pooling = kernels.pooling();
    int batch = Subject.CNN.batch();
    Tensor x = random(batch, 28, 28, 32);
    maximum = pooling.max(HALF, HALF, x, room(batch, 14, 14, 32));
    maximumGradient =
        pooling.maxGradient(HALF, HALF, x, random(batch, 14, 14, 32), room(batch, 28, 28, 32));
    mean = pooling.average(ALL, ALL, random(batch, 8, 8, 64), room(batch, 1, 1, 64));
    meanGradient =
        pooling.averageGradient(ALL, ALL, random(batch, 1, 1, 64), room(batch, 8, 8, 64));
  }

  /** The largest of 2 x 2 places. */
  @Benchmark
  public void max() {
    maximum.run();
  }

  /** What propagates back through it. */
  @Benchmark
  public void maxGradient() {
    maximumGradient.run();
  }

  /** The mean of 8 x 8 places. */
  @Benchmark
  public void average() {
    mean.run();
  }

  /** What propagates back through it. */
  @Benchmark
  public void averageGradient() {
    meanGradient.run();
  }
}
