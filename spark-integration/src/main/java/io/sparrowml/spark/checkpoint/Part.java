package io.sparrowml.spark.checkpoint;

import java.io.Serializable;

/**
 * A file of a checkpoint: a slice of the parameters, and what the optimizer and early stopping keep
 * of it.
 *
 * @param file its name in the checkpoint's directory
 * @param from index of its first parameter in the flat vector
 * @param length how many parameters it holds
 * @param bytes length of the file
 * @param sha256 of the file, in hexadecimal
 */
public record Part(String file, int from, int length, long bytes, String sha256)
    implements Serializable {

  /** The index after its last parameter. */
  public int end() {
    return from + length;
  }
}
