package io.sparrowml.kernel;

/** Kernels that run one after the other. */
final class Sequence implements Kernel {
  private final Kernel[] all;

  /** The first with its operands, and others that work on its result. */
  Sequence(Kernel... all) {
    this.all = all.clone();
  }

  @Override
  public void run() {
    for (Kernel kernel : all) {
      kernel.run();
    }
  }

  @Override
  public void hold() {
    all[0].hold();
  }
}
