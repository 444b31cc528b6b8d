package io.sparrowml.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencl.User_func_Pointer;

/**
 * The OpenMP library under oneDNN, as far as its one setting goes: how many threads it uses on
 * behalf of the calling thread. Without it, each Java thread would bring a thread per core.
 *
 * <p>The function is called through a type of C function that the native libraries at hand can
 * call, {@code void (void*)}: on all platforms its argument travels where that of {@code
 * omp_set_num_threads(int)} does.
 */
final class OpenMp implements AutoCloseable {
  private static final String JAVACPP_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

  static {
    // Else JavaCPP refuses all memory once the process, arenas included, outgrows four heaps.
    if (System.getProperty(JAVACPP_LIMIT) == null) {
      System.setProperty(JAVACPP_LIMIT, "0");
    }
  }

  private static final ThreadLocal<Integer> USED = ThreadLocal.withInitial(() -> 0);

  private final PointerPointer<Pointer> function;
  private final VoidFunction setThreads;

  /**
   * Loads oneDNN, and OpenMP with it.
   *
   * @throws LinkageError when that fails
   */
  OpenMp() {
    Loader.load(dnnl.class);
    Pointer address = Loader.addressof("omp_set_num_threads");
    if (address == null) {
      throw new UnsatisfiedLinkError(
          "openmp expects the symbol omp_set_num_threads, got libraries without it");
    }
    function = new PointerPointer<>(address, null);
    setThreads = new VoidFunction(function);
  }

  /** Sets how many threads the calling thread's computations use from now on. */
  void useThreads(int threads) {
    if (USED.get() != threads) {
      setThreads.call(new Address().at(threads));
      USED.set(threads);
    }
  }

  @Override
  public void close() {
    function.close();
  }

  /** Called through a structure whose first field is the function's address. */
  private static final class VoidFunction extends User_func_Pointer {
    VoidFunction(Pointer structure) {
      super(structure);
    }
  }
}
