package io.sparrowml.train;

/** What becomes of a step whose gradient is infinite or not a number. */
public enum OnNonFinite {
  /** The training ends with an error that names the parameter. */
  STOP,
  /** The step changes nothing, and its samples count in no metric of the training rows. */
  SKIP_STEP
}
