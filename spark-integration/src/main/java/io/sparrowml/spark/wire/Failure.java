package io.sparrowml.spark.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Training cannot go on.
 *
 * @param reason the root cause, as the user is to read it; cut to 16 KiB of UTF-8
 */
public record Failure(int generation, long step, String reason) implements Message {
  private static final int REASON_BYTES = 16 << 10;

  public Failure {
    reason = cut(reason);
  }

  /** As many whole characters as fit. */
  private static String cut(String text) {
    ByteBuffer kept = ByteBuffer.allocate(REASON_BYTES);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(text), kept, true);
    return StandardCharsets.UTF_8.decode(kept.flip()).toString();
  }
}
