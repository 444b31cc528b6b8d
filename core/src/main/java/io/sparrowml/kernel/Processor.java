package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.get_effective_cpu_isa;

import java.util.Locale;
import java.util.regex.Pattern;

/** The processor, as oneDNN sees it. */
final class Processor {
  private static final Pattern BFLOAT16 = Pattern.compile("^avx(512_core_(bf|fp)16|.*amx|10_)");

  private static final Pattern AVX512 = Pattern.compile("^avx(512|10)");

  private static final Pattern AVX2 = Pattern.compile("^avx(2|512|10)");

  private Processor() {}

  /** The newest set of its instructions that oneDNN uses, such as {@code avx512_core}. */
  static String instructions() {
    return get_effective_cpu_isa().intern().name().toLowerCase(Locale.ROOT);
  }

  /** Whether oneDNN uses its AVX-512. */
  static boolean hasAvx512() {
    return AVX512.matcher(instructions()).find();
  }

  /** Whether oneDNN uses its AVX2, or what came after. */
  static boolean hasAvx2() {
    return AVX2.matcher(instructions()).find();
  }

  /**
   * Checks that it multiplies in a precision.
   *
   * @throws KernelException when it would have to imitate that
   */
  static void check(Precision precision) {
    if (precision == Precision.BFLOAT16 && !BFLOAT16.matcher(instructions()).find()) {
      throw new KernelException(
          "bfloat16 expects a processor with AVX-512 BF16 or AMX instructions, got %s; use float32"
              .formatted(instructions()));
    }
  }
}
