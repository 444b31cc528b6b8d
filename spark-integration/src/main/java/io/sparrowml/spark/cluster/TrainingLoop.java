package io.sparrowml.spark.cluster;

/** How a compute thread goes from round to round of a generation. Belongs to that thread. */
interface TrainingLoop {
  /**
   * Does the thread's share until the parameters of a later round are here.
   *
   * @param before how many rounds there have been
   * @return how many there have been then; no further than the end of the epoch
   * @throws RegroupedException when the generation ends before
   */
  long run(long before) throws InterruptedException;

  /** Gives back what the thread holds of a generation that it leaves. */
  void leave() throws InterruptedException;
}
