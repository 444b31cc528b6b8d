package io.sparrowml.tensor;

/** Shapes that do not fit: the message says where, what was expected, and what came. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** An error with the whole message. */
  public ShapeException(String message) {
    super(message);
  }

  /** The same error seen from one level further out: {@code 1: dense expects ...}. */
  public ShapeException at(String where) {
    String message = String.valueOf(getMessage());
    String separator = message.matches("[0-9a-z-]+(/[0-9a-z-]+)*: .*") ? "/" : ": ";
    ShapeException outer = new ShapeException(where + separator + message);
    outer.initCause(this);
    return outer;
  }
}
