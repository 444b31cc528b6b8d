package io.sparrowml.tensor;

/**
 * A key to an endless table of random numbers: the same key and index give the same number on every
 * machine, in any order, from any thread.
 *
 * <p>Keys are derived, never advanced: {@code RandomKey.of(seed).with("dropout").with(step)}. So no
 * generator's state has to travel when work moves from one executor to another. The table is the
 * finalizer of SplitMix64 (Steele, Lea and Flood, <em>Fast splittable pseudorandom number
 * generators</em>, 2014) over the key and the index.
 *
 * @param value the key itself
 */
public record RandomKey(long value) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** The key that a user's seed stands for. */
  public static RandomKey of(long seed) {
    return new RandomKey(mix(seed + GOLDEN));
  }

  /** The key for a numbered part of what this key is for. */
  public RandomKey with(long part) {
    return new RandomKey(derived(value, part));
  }

  static long derived(long key, long part) {
    return mix(key ^ mix(part + GOLDEN)) + GOLDEN;
  }

  /** The key for a named part of what this key is for. */
  public RandomKey with(String part) {
    return with(hash(part));
  }

  static long hash(String part) {
    long hash = 0;
    for (int i = 0; i < part.length(); i++) {
      hash = mix(hash + GOLDEN + part.charAt(i));
    }
    return hash + part.length();
  }

  /** 64 random bits. */
  public long bits(long index) {
    return mix(value + GOLDEN * (index + 1));
  }

  /** A number uniform in [0, 1), a multiple of 2^-53. */
  public double uniform(long index) {
    return uniform(value, index);
  }

  /** As {@link #uniform(long)}, of the key with this value. */
  public static double uniform(long key, long index) {
    return (mix(key + GOLDEN * (index + 1)) >>> 11) * 0x1.0p-53;
  }

  /** A whole number uniform in [0, bound). */
  public int below(long index, int bound) {
    return (int) Math.multiplyHigh(bits(index) >>> 1, (long) bound << 1);
  }

  /** A number of the standard normal distribution (Box and Muller, 1958). */
  public double normal(long index) {
    return normal(value, index);
  }

  /** As {@link #normal(long)}, of the key with this value. */
  public static double normal(long key, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(key, 2 * index)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(key, 2 * index + 1));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
