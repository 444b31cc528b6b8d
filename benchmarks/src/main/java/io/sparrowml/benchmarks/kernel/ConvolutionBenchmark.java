package io.sparrowml.benchmarks.kernel;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.kernel.Convolutions;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Convolutions of the CNN and of ResNet-20, forward and backward, over 64 images. */
public class ConvolutionBenchmark extends KernelBenchmark {
  /** The convolutions, over square images. */
  public enum Layer {
    /** The CNN's first one. */
    CNN_0(28, 1, 32, 3, 1),
    /** The CNN's second one. */
    CNN_1(14, 32, 64, 3, 1),
    /** Most of those of ResNet-20's first stage. */
    STAGE_1(32, 16, 16, 3, 1),
    /** The one that begins the second stage. */
    STAGE_2_BEGIN(32, 16, 32, 3, 2),
    /** The projection around it. */
    PROJECTION_2(32, 16, 32, 1, 2),
    /** Most of those of the second stage. */
    STAGE_2(16, 32, 32, 3, 1),
    /** Most of those of the third stage. */
    STAGE_3(8, 64, 64, 3, 1);

    private final int extent;
    private final int channels;
    private final int filters;
    private final int size;
    private final int stride;

    Layer(int extent, int channels, int filters, int size, int stride) {
      this.extent = extent;
      this.channels = channels;
      this.filters = filters;
      this.size = size;
      this.stride = stride;
    }
  }

  /** Which one. */
  @Param public Layer layer = Layer.CNN_0;

  private Kernel forward = () -> {};
  private Kernel inputGradient = () -> {};
  private Kernel kernelGradient = () -> {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    Convolutions convolutions = kernels.convolutions();
    Window window = Window.same(layer.extent, layer.size, layer.stride, 1);
    Convolution how = new Convolution(window, window, 1);
    int batch = Subject.CNN.batch();
    int positions = window.positions(layer.extent);
    Tensor x = random(batch, layer.extent, layer.extent, layer.channels);
    Tensor kernel = random(layer.size, layer.size, layer.channels, layer.filters);
    Tensor dy = random(batch, positions, positions, layer.filters);
    Tensor y = room(batch, positions, positions, layer.filters);
    Tensor dx = room(batch, layer.extent, layer.extent, layer.channels);
    Tensor dKernel = room(layer.size, layer.size, layer.channels, layer.filters);
    forward = convolutions.forward(how, x, kernel, y, List.of());
    inputGradient = convolutions.inputGradient(how, dy, kernel, dx, List.of());
    kernelGradient = convolutions.kernelGradient(how, x, dy, dKernel);
  }

  /** The layer's output. */
  @Benchmark
  public void forward() {
    forward.run();
  }

  /** The gradient of its input. */
  @Benchmark
  public void inputGradient() {
    inputGradient.run();
  }

  /** The gradient of its kernel. */
  @Benchmark
  public void kernelGradient() {
    kernelGradient.run();
  }
}
