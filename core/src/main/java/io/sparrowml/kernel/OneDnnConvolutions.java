package io.sparrowml.kernel;

import io.sparrowml.kernel.ConvolutionRecipe.Part;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;

/**
 * Convolutions of FLOAT32 by oneDNN. Those with few channels are never rounded to bfloat16: oneDNN
 * is slower there.
 */
final class OneDnnConvolutions implements Convolutions {
  private static final int CHANNELS_TO_ROUND = 16;

  private final Convolutions plain;
  private final Kernels kernels;
  private final Primitives.Binder primitives;
  private final Primitives.Fuser fuser;
  private final Precision precision;

  /**
   * Convolutions.
   *
   * @param plain for other kinds of numbers, and where there are none
   * @param kernels that do the steps behind
   * @param precision in which numbers are multiplied
   */
  OneDnnConvolutions(
      Convolutions plain,
      Kernels kernels,
      Primitives.Binder primitives,
      Primitives.Fuser fuser,
      Precision precision) {
    this.plain = plain;
    this.kernels = kernels;
    this.primitives = primitives;
    this.fuser = fuser;
    this.precision = precision;
  }

  private static boolean isNative(Tensor x, Tensor kernel, Tensor y) {
    return y.dtype() == DType.FLOAT32 && x.size() > 0 && kernel.size() > 0 && y.size() > 0;
  }

  @Override
  public Kernel forward(Convolution how, Tensor x, Tensor kernel, Tensor y, List<Step> then) {
    if (!isNative(x, kernel, y)) {
      return kernels.then(plain.forward(how, x, kernel, y, List.of()), y, then);
    }
    int exact = exact(then);
    Kernel fused =
        fuser.fused(
            post -> recipe(Part.FORWARD, how, x, y, post),
            true,
            then.subList(0, exact),
            y.shape().dims(),
            y,
            x.address(),
            kernel.address(),
            y.address());
    return kernels.then(fused, y, then.subList(exact, then.size()));
  }

  /**
   * How many steps come before the first that oneDNN approximates, differently in each of its
   * implementations of a convolution.
   */
  static int exact(List<Step> steps) {
    int exact = 0;
    while (exact < steps.size()
        && !(steps.get(exact) instanceof Step.One one
            && (one.function() == Unary.TANH || one.function() == Unary.SIGMOID))) {
      exact++;
    }
    return exact;
  }

  @Override
  public Kernel inputGradient(
      Convolution how, Tensor dy, Tensor kernel, Tensor dx, List<Step> then) {
    Kernel gradient =
        isNative(dx, kernel, dy)
            ? primitives.bound(
                recipe(Part.INPUT_GRADIENT, how, dx, dy, List.of()),
                dy.address(),
                kernel.address(),
                dx.address())
            : plain.inputGradient(how, dy, kernel, dx, List.of());
    return kernels.then(gradient, dx, then);
  }

  @Override
  public Kernel kernelGradient(Convolution how, Tensor x, Tensor dy, Tensor dKernel) {
    if (!isNative(x, dKernel, dy)) {
      return plain.kernelGradient(how, x, dy, dKernel);
    }
    return primitives.bound(
        recipe(Part.KERNEL_GRADIENT, how, x, dy, List.of()),
        x.address(),
        dy.address(),
        dKernel.address());
  }

  private Recipe recipe(Part part, Convolution how, Tensor x, Tensor y, List<PostOp> then) {
    Shape in = x.shape();
    int filters = y.shape().dim(3);
    boolean few = Math.min(in.dim(3), filters) / how.groups() < CHANNELS_TO_ROUND;
    return new ConvolutionRecipe(
        part,
        how,
        in.dim(0),
        in.dim(1),
        in.dim(2),
        in.dim(3),
        filters,
        few ? Precision.FLOAT32 : precision,
        then);
  }
}
