package io.sparrowml.kernel;

/** What the loops of recurrent layers share: functions of whole arrays, in chunks. */
final class FloatGates {
  private final FloatFunctions functions;
  private final float[] chunk = new float[FloatFunctions.CHUNK];

  FloatGates(FloatFunctions functions) {
    this.functions = functions;
  }

  /** Replaces numbers by {@code 1 / (1 + e^-x)}. */
  void sigmoid(float[] x, int length) {
    for (int from = 0; from < length; from += FloatFunctions.CHUNK) {
      int count = Math.min(FloatFunctions.CHUNK, length - from);
      System.arraycopy(x, from, chunk, 0, count);
      functions.sigmoid(chunk, count);
      System.arraycopy(chunk, 0, x, from, count);
    }
  }

  /** The hyperbolic tangent of each number. */
  void tanh(float[] x, float[] out, int length) {
    for (int from = 0; from < length; from += FloatFunctions.CHUNK) {
      int count = Math.min(FloatFunctions.CHUNK, length - from);
      System.arraycopy(x, from, chunk, 0, count);
      functions.tanh(chunk, count);
      System.arraycopy(chunk, 0, out, from, count);
    }
  }

  /** {@code sum += x}. */
  static void add(float[] x, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += x[i];
    }
  }

  /** {@code sum += a b}. */
  static void addProduct(float[] a, float[] b, float[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += a[i] * b[i];
    }
  }

  /** {@code out = a b}. */
  static void product(float[] a, float[] b, float[] out, int length) {
    for (int i = 0; i < length; i++) {
      out[i] = a[i] * b[i];
    }
  }

  /** Through a sigmoid {@code y}: {@code dy = dy y (1 - y)}. */
  static void throughSigmoid(float[] y, float[] dy, int length) {
    for (int i = 0; i < length; i++) {
      dy[i] *= y[i] * (1 - y[i]);
    }
  }

  /** Through a hyperbolic tangent {@code y}: {@code dy = dy (1 - y^2)}. */
  static void throughTanh(float[] y, float[] dy, int length) {
    for (int i = 0; i < length; i++) {
      dy[i] *= 1 - y[i] * y[i];
    }
  }
}
