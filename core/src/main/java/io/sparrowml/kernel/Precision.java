package io.sparrowml.kernel;

/** In which numbers matrix products and convolutions of FLOAT32 tensors are multiplied. */
public enum Precision {
  /** As they are. */
  FLOAT32,

  /**
   * Rounded to bfloat16, 8 bits of precision, and added up in FLOAT32; tensors, and all other
   * computations, stay FLOAT32.
   */
  BFLOAT16
}
