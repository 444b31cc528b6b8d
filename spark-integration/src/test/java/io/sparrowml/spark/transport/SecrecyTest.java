package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody sees who listens on the wire between two executors. */
class SecrecyTest {
  private static final int NUMBERS = 4096;
  private static final int RUN = 32; // bytes in the clear

  @TempDir private static Path keys;

  private static float[] gradient() {
    SplittableRandom random = new SplittableRandom(9);
    float[] numbers = new float[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = (float) random.nextDouble();
    }
    return numbers;
  }

  private static byte[] bytes(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }

  /** Whether any run of so many bytes of a text is in the recording. */
  private static boolean shows(byte[] recorded, byte[] text, int run) {
    String all = new String(recorded, StandardCharsets.ISO_8859_1);
    String secret = new String(text, StandardCharsets.ISO_8859_1);
    for (int from = 0; from + run <= secret.length(); from += run) {
      if (all.contains(secret.substring(from, from + run))) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void gradientsAndParametersAreInTheClearOnlyWithoutEncryption(Mode mode) throws Exception {
    float[] gradient = gradient();
    String words = "the gradient of 1/kernel is not finite";
    try (Peer one = new Peer(mode.conf(keys));
        Peer other = new Peer(mode.conf(keys));
        Tap tap = new Tap(other.transport().address())) {
      Link link = one.transport().connect(tap.address(), Peer.TIMEOUT_MILLIS);
      link.send(new Push(0, 1, 0, 1, 8, Messages.payload(one.bodies(), gradient)));
      Peer.Received push = other.next();
      push.message().release();
      push.from().send(new Slice(0, 1, 0, 0, Messages.payload(other.bodies(), gradient)));
      one.next().message().release();
      link.send(new Failure(0, 1, words));
      other.next();

      boolean clear = mode == Mode.AUTHENTICATED;
      assertThat(tap.recorded().length).isGreaterThan(2 * NUMBERS * Float.BYTES);
      assertThat(shows(tap.recorded(), bytes(gradient), RUN)).isEqualTo(clear);
      assertThat(shows(tap.recorded(), words.getBytes(StandardCharsets.US_ASCII), 16))
          .isEqualTo(clear);
      assertThat(shows(tap.recorded(), Peer.SECRET.getBytes(StandardCharsets.US_ASCII), 16))
          .as("the secret")
          .isFalse();
      assertThat(shows(tap.recorded(), "SPRW".getBytes(StandardCharsets.US_ASCII), 4))
          .as("the beginning of a frame")
          .isEqualTo(clear);
    }
  }

  /** Where Spark is told to encrypt, nobody gets a link who does not. */
  @ParameterizedTest
  @CsvSource({
    "AES_CTR, AUTHENTICATED",
    "AUTHENTICATED, AES_CTR",
    "TLS, AUTHENTICATED",
    "AUTHENTICATED, TLS"
  })
  void whoDoesNotEncryptIsRefused(Mode client, Mode server) throws Exception {
    try (Peer one = new Peer(client.conf(keys));
        Peer other = new Peer(server.conf(keys))) {
      assertThatThrownBy(() -> one.transport().connect(other.transport().address(), 5_000))
          .isInstanceOf(TransportException.class)
          .hasMessageMatching(
              "transport: connect expects an authenticated connection to 127.0.0.1:\\d+ within 5,000"
                  + " ms, got: (authentication failed|Connection from .+ closed|.*ClosedChannel.*)");
    }
  }
}
