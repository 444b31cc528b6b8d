package io.sparrowml.metric;

/** How one number is made of those of the classes. */
public enum Average {
  /** That of class 1 alone, of two. */
  BINARY,
  /** Their mean, over the classes that are there or are predicted. */
  MACRO,
  /** That of the counts of all classes together. */
  MICRO,
  /** Their mean, each class as often as it is there. */
  WEIGHTED
}
