package io.sparrowml.benchmarks.kernel;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.kernel.BatchNormalization;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The parts of batch normalization over 64 images of the CNN or of a stage of ResNet-20. */
public class BatchNormBenchmark extends KernelBenchmark {
  private static final double EPSILON = 1e-5;

  /** What is normalized: square images. */
  public enum Images {
    /** Behind the CNN's first convolution. */
    CNN_0(28, 32),
    /** Behind its second one. */
    CNN_1(14, 64),
    /** In ResNet-20's first stage. */
    STAGE_1(32, 16),
    /** In its second stage. */
    STAGE_2(16, 32),
    /** In its third stage. */
    STAGE_3(8, 64);

    private final int extent;
    private final int channels;

    Images(int extent, int channels) {
      this.extent = extent;
      this.channels = channels;
    }
  }

  /** Which images. */
  @Param public Images images = Images.CNN_0;

  private Kernel momentsOnly = () -> {};
  private Kernel normalize = () -> {};
  private Kernel sums = () -> {};
  private Kernel inputGradient = () -> {};

  /** Makes the operands, the moments being those of the images. */
  @Setup
  public void setUp() {
    BatchNormalization parts = kernels.batchNormalization();
    int channels = images.channels;
    int[] shape = {Subject.CNN.batch(), images.extent, images.extent, channels};
    Tensor x = random(shape);
    Tensor dy = random(shape);
    Tensor scale = random(channels);
    Tensor shift = random(channels);
    Tensor moments = room(3, channels);
    Tensor twoSums = room(2, channels);
    Tensor out = room(shape);
    momentsOnly = parts.moments(x, moments);
    momentsOnly.run();
    normalize = parts.normalize(EPSILON, x, moments, scale, shift, out, List.of());
    sums = parts.sums(EPSILON, x, moments, dy, twoSums);
    sums.run();
    inputGradient = parts.inputGradient(EPSILON, x, moments, dy, twoSums, scale, out);
  }

  /** Count, mean and squared distances of each channel. */
  @Benchmark
  public void moments() {
    momentsOnly.run();
  }

  /** The normalized images. */
  @Benchmark
  public void normalize() {
    normalize.run();
  }

  /** The two sums that propagate back, which are the gradients of shift and scale too. */
  @Benchmark
  public void sums() {
    sums.run();
  }

  /** The gradient of the images. */
  @Benchmark
  public void inputGradient() {
    inputGradient.run();
  }
}
