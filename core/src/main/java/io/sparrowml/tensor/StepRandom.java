package io.sparrowml.tensor;

/**
 * The random numbers of one training step after the other: what draws from it gives other numbers
 * as soon as the next step has begun.
 *
 * <p>Belongs to one thread.
 */
public final class StepRandom {
  private long key;

  /** The random numbers of a first step. */
  public StepRandom(RandomKey key) {
    this.key = key.value();
  }

  /** Begins another step. */
  public void begin(RandomKey next) {
    key = next.value();
  }

  /** The numbers of the present step for a named place and purpose. */
  public RandomDraw draw(String place, String purpose) {
    return new RandomDraw(this, RandomKey.hash(place), RandomKey.hash(purpose));
  }

  long key() {
    return key;
  }
}
