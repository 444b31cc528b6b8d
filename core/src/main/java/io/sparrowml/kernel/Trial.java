package io.sparrowml.kernel;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Tells whether a primitive gives with many threads the bits that it gives with one, by running it
 * with both over the same numbers.
 *
 * <p>What decides is the order in which numbers are added up. It follows from the shapes and the
 * number of threads, never from the numbers: where none of many sums of arbitrary numbers differs
 * in a bit, the order is the same. Of a few sums none may differ by chance: recipes with few
 * results have no {@link Recipe#work}, and so no trial.
 *
 * <p>For its time it takes as much memory as the operands.
 */
final class Trial implements AutoCloseable {
  private static final int PERIOD = 8191; // a prime, so neither rows nor columns repeat

  private final OpenMp openMp;
  private final dnnl_stream stream;
  private final long[] bytes;
  private final FloatPointer[] operands;
  private final long[] addresses;

  /**
   * Memory for a trial.
   *
   * @param bytes of each operand, all of them of single precision
   */
  Trial(OpenMp openMp, dnnl_stream stream, long[] bytes) {
    this.openMp = openMp;
    this.stream = stream;
    this.bytes = bytes.clone();
    this.operands = new FloatPointer[bytes.length];
    Arrays.setAll(operands, i -> new FloatPointer(bytes[i] / Float.BYTES));
    this.addresses = Arrays.stream(operands).mapToLong(FloatPointer::address).toArray();
  }

  /**
   * Whether both give the same bits.
   *
   * @param narrow made with one thread, and run with it
   * @param wide made with {@code threads}, and run with them
   */
  boolean sameBits(Compiled narrow, Compiled wide, int threads) {
    return Arrays.equals(bytes, wide.bytes()) && run(narrow, 1) == run(wide, threads);
  }

  private long run(Compiled compiled, int threads) {
    for (int i = 0; i < operands.length; i++) {
      fill(operands[i], bytes[i] / Float.BYTES, i);
    }
    openMp.useThreads(threads);
    compiled.run(stream, addresses);
    CRC32C sum = new CRC32C();
    for (FloatPointer operand : operands) {
      sum.update(operand.asByteBuffer());
    }
    return sum.getValue();
  }

  /** Numbers of all fractions between 0.5 and 1.5, other ones for each operand. */
  private static void fill(FloatPointer operand, long length, int seed) {
    float[] numbers = new float[PERIOD];
    int state = seed + 1;
    for (int i = 0; i < PERIOD; i++) {
      state = state * 1664525 + 1013904223;
      numbers[i] = 0.5f + (state >>> 8) * 0x1.0p-24f;
    }
    for (long from = 0; from < length; from += PERIOD) {
      operand.position(from).put(numbers, 0, (int) Math.min(PERIOD, length - from));
    }
    operand.position(0);
  }

  @Override
  public void close() {
    for (FloatPointer operand : operands) {
      operand.close();
    }
  }
}
