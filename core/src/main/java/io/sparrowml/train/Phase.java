package io.sparrowml.train;

import java.util.Locale;

/** What a compute slot spends the time of a step on. */
public enum Phase {
  /** Waiting for tensors to be made of rows. */
  INPUT,
  /** The layers and the loss. */
  FORWARD,
  /** Their gradients. */
  BACKWARD,
  /** Measuring the outputs. */
  METRICS,
  /** Adding gradients up the tree, and sending and receiving them and the parameters. */
  REDUCE,
  /** Updating the parameters. */
  OPTIMIZER,
  /** Waiting for other slots. */
  WAIT,
  /** What is left: recording, and moving gradients to their places. */
  OTHER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
