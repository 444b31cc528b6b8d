package io.sparrowml.kernel;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which kernels this process computes with: oneDNN where it loads, else plain Java. The system
 * property {@code sparrow.kernels}, {@code onednn} or {@code plain}, asks for one of them.
 */
public final class KernelProvider {
  private static final String PROPERTY = "sparrow.kernels";

  private final IntFunction<Kernels> opener;
  private final String reason;

  private KernelProvider(IntFunction<Kernels> opener, String reason) {
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
    return OfThisProcess.PROVIDER.opened(threads);
  }

  /** The choice: what to open, or to throw on opening. */
  static KernelProvider choose(@Nullable String asked, IntFunction<Kernels> oneDnn) {
    if (asked != null && asked.equals("plain")) {
      return plain(PROPERTY + " asks for plain");
    }
    if (asked != null && !asked.equals("onednn")) {
      return failing(PROPERTY + " expects onednn or plain, got " + asked, null);
    }
    try (Kernels probe = oneDnn.apply(1)) {
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
    return new KernelProvider(threads -> new PlainKernels(), "plain, " + reason);
  }

  private static KernelProvider failing(String message, @Nullable Throwable cause) {
    return new KernelProvider(
        threads -> {
          throw new KernelException(message, cause);
        },
        "none, " + message);
  }

  /** Opens kernels of this choice. */
  Kernels opened(int threads) {
    return opener.apply(threads);
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
