package io.sparrowml.kernel;

import io.sparrowml.kernel.Recipe.Layout;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Recurrence of FLOAT32: one of oneDNN's products for each step, and loops over the gates.
 *
 * <p>No memory is needed beside the result's: a step's product goes to where its numbers will be,
 * and is read before they are written.
 */
final class OneDnnRecurrence implements Recurrence {
  private final Recurrence plain;
  private final Primitives.Binder primitives;
  private final FloatLstm lstm;
  private final FloatGru gru;

  OneDnnRecurrence(
      Recurrence plain, Primitives.Binder primitives, Scratch scratch, FloatFunctions functions) {
    this.plain = plain;
    this.primitives = primitives;
    FloatGates loops = new FloatGates(functions);
    this.lstm = new FloatLstm(scratch, loops);
    this.gru = new FloatGru(scratch, loops);
  }

  @Override
  public Kernel lstm(
      Tensor gates, Tensor kernel, @Nullable Tensor mask, boolean reverse, Tensor trace) {
    if (trace.dtype() != DType.FLOAT32) {
      return plain.lstm(gates, kernel, mask, reverse, trace);
    }
    if (trace.size() == 0) {
      return () -> {};
    }
    Scan scan = Scan.over(trace, mask, reverse);
    Kernel[] products = forward(scan, kernel, trace);
    return () -> lstm.forward(scan, products, gates, trace);
  }

  @Override
  public Kernel lstmGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor dGates) {
    if (trace.dtype() != DType.FLOAT32) {
      return plain.lstmGradient(kernel, mask, reverse, trace, dTrace, dGates);
    }
    if (trace.size() == 0) {
      return () -> {};
    }
    Scan scan = Scan.over(trace, mask, reverse);
    Kernel[] products = backward(scan, kernel, dGates, 0);
    return () -> lstm.backward(scan, products, trace, dTrace, dGates);
  }

  @Override
  public Kernel gru(
      Tensor gates,
      Tensor kernel,
      Tensor bias,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace) {
    if (trace.dtype() != DType.FLOAT32) {
      return plain.gru(gates, kernel, bias, mask, reverse, trace);
    }
    if (trace.size() == 0) {
      return () -> {};
    }
    Scan scan = Scan.over(trace, mask, reverse);
    Kernel[] products = forward(scan, kernel, trace);
    return () -> gru.forward(scan, products, gates, bias, trace);
  }

  @Override
  public Kernel gruGradient(
      Tensor kernel,
      @Nullable Tensor mask,
      boolean reverse,
      Tensor trace,
      Tensor dTrace,
      Tensor out) {
    if (trace.dtype() != DType.FLOAT32) {
      return plain.gruGradient(kernel, mask, reverse, trace, dTrace, out);
    }
    if (trace.size() == 0) {
      return () -> {};
    }
    Scan scan = Scan.over(trace, mask, reverse);
    Kernel[] products = backward(scan, kernel, out, 1);
    return () -> gru.backward(scan, products, trace, dTrace, out);
  }

  /**
   * For each place but the first, the product of the state before with the kernel: from the last
   * plane of the step before to the first planes of its step.
   */
  private Kernel[] forward(Scan scan, Tensor kernel, Tensor trace) {
    Layout state = Layout.rowMajor(scan.n(), scan.units());
    Layout weights = Layout.rowMajor(scan.units(), kernel.shape().dim(1));
    Recipe recipe = new Recipe.Product(1, state, weights);
    Kernel[] products = new Kernel[scan.steps()];
    for (int place = 1; place < products.length; place++) {
      long from = at(trace, scan.plane(scan.at(place - 1), scan.planes() - 1));
      long to = at(trace, scan.plane(scan.at(place), 0));
      products[place] = primitives.bound(recipe, from, kernel.address(), to);
    }
    return products;
  }

  /**
   * For each place but the first, the gradient that its recurrent sums give to the state before: to
   * the first numbers of the step before.
   *
   * @param gradient {@code [t, ..., n, gates]}
   * @param part which of a step's {@code [n, gates]} is that of the recurrent sums
   */
  private Kernel[] backward(Scan scan, Tensor kernel, Tensor gradient, int part) {
    int gates = kernel.shape().dim(1);
    Layout sums = Layout.rowMajor(scan.n(), gates);
    Layout weights = Layout.rowMajor(scan.units(), gates).transposed();
    Recipe recipe = new Recipe.Product(1, sums, weights);
    Kernel[] products = new Kernel[scan.steps()];
    int ofStep = gradient.size() / scan.steps();
    for (int place = 1; place < products.length; place++) {
      long from = at(gradient, scan.at(place) * ofStep + part * scan.n() * gates);
      long to = at(gradient, scan.at(place - 1) * ofStep);
      products[place] = primitives.bound(recipe, from, kernel.address(), to);
    }
    return products;
  }

  private static long at(Tensor tensor, int number) {
    return tensor.address() + (long) Float.BYTES * number;
  }
}
