package io.sparrowml.tensor;

/** Random numbers for one purpose, others in each step of a {@link StepRandom}. */
public final class RandomDraw {
  private final StepRandom step;
  private final long place;
  private final long purpose;

  RandomDraw(StepRandom step, long place, long purpose) {
    this.step = step;
    this.place = place;
    this.purpose = purpose;
  }

  /** The value of the key of the present step: see {@link RandomKey#uniform(long, long)}. */
  public long key() {
    return RandomKey.derived(RandomKey.derived(step.key(), place), purpose);
  }
}
