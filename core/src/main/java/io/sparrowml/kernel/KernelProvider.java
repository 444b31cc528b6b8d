package io.sparrowml.kernel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which kernels this process computes with: oneDNN where it loads, else plain Java. The system
 * property {@code sparrow.kernels}, {@code onednn} or {@code plain}, asks for one of them.
 */
public final class KernelProvider {
  private static final String PROPERTY = "sparrow.kernels";

  /** Opens kernels. */
  @FunctionalInterface
  interface Opener {
    /** Kernels that use so many native threads, and multiply in some precision. */
    Kernels open(int threads, Precision precision);
  }

  private final Opener opener;
  private final String reason;

  private KernelProvider(Opener opener, String reason) {
    this.opener = opener;
    this.reason = reason;
  }

  /** Single-threaded kernels for the calling thread. */
  public static Kernels open() {
    return open(1);
  }

  /**
   * Kernels for the calling thread.
   *
   * @param threads how many native threads they may use, 1 or more
   * @throws KernelException when {@code sparrow.kernels} names no kernels, or such as do not load
   */
  public static Kernels open(int threads) {
    return open(threads, Precision.FLOAT32);
  }

  /**
   * As {@link #open(int)}.
   *
   * @param precision in which products and convolutions multiply
   * @throws KernelException when these kernels, or this processor, do not have it
   */
  public static Kernels open(int threads, Precision precision) {
    return OfThisProcess.PROVIDER.opened(threads, precision);
  }

  /** The choice: what to open, or to throw on opening. */
  static KernelProvider choose(@Nullable String asked, Opener oneDnn) {
    if (asked != null && asked.equals("plain")) {
      return plain(PROPERTY + " asks for plain");
    }
    if (asked != null && !asked.equals("onednn")) {
      return failing(PROPERTY + " expects onednn or plain, got " + asked, null);
    }
    try (Kernels probe = oneDnn.open(1, Precision.FLOAT32)) {
      return new KernelProvider(
          oneDnn, probe.name() + ", " + (asked == null ? "it loads" : PROPERTY + " asks for it"));
    } catch (LinkageError | RuntimeException e) {
      return asked == null
          ? plain("onednn does not load: " + e)
          : failing(
              PROPERTY + " expects onednn to load, got " + e + "; leave it out or set it to plain",
              e);
    }
  }

  private static KernelProvider plain(String reason) {
    return new KernelProvider((threads, precision) -> plain(precision), "plain, " + reason);
  }

  private static Kernels plain(Precision precision) {
    if (precision != Precision.FLOAT32) {
      throw new KernelException("plain kernels expect float32, got bfloat16; use float32");
    }
    return new PlainKernels();
  }

  private static KernelProvider failing(String message, @Nullable Throwable cause) {
    return new KernelProvider(
        (threads, precision) -> {
          throw new KernelException(message, cause);
        },
        "none, " + message);
  }

  /** Opens kernels of this choice. */
  Kernels opened(int threads, Precision precision) {
    return opener.open(threads, precision);
  }

  /** Which kernels, and why. */
  String reason() {
    return reason;
  }

  /** Chosen, and logged, when kernels are first opened. */
  private static final class OfThisProcess {
    private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);
    static final KernelProvider PROVIDER = choose(System.getProperty(PROPERTY), OneDnnKernels::new);

    static {
      LOG.info("kernels: {}", PROVIDER.reason());
    }
  }
}
