package io.sparrowml.train;

/** What becomes of an executor that needs much longer for its work than the others. */
public enum OnStraggler {
  /** The user is told. */
  REPORT,
  /** The user is told, and others take over some of its work. */
  REHOST
}
