package io.sparrowml.tensor;

/** The kind of number that a tensor holds. */
public enum DType {
  /** Bytes 0 to 255: pixels as they lie on disk. */
  UINT8(1),
  /** IEEE 754 single precision: what training runs in. */
  FLOAT32(4),
  /** IEEE 754 double precision: what gradients are checked in. */
  FLOAT64(8);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one number, in bytes. */
  public int bytes() {
    return bytes;
  }
}
