package io.sparrowml.data;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How numeric features are brought to a common scale. */
public enum Normalize {
  /** As they are. */
  @JsonProperty("none")
  NONE,
  /** Zero mean and unit variance over the training rows (the variance of the population). */
  @JsonProperty("standard")
  STANDARD,
  /** The least training value becomes 0, the greatest 1. */
  @JsonProperty("min-max")
  MIN_MAX
}
