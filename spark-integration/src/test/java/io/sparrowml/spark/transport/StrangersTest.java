package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Link;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that do not belong here are refused with one line, and disturb nobody. */
class StrangersTest {
  private static final byte RPC_REQUEST = 3;
  private static final byte STREAM_REQUEST = 6;
  private static final byte ONE_WAY_MESSAGE = 9;

  @TempDir static Path keys;

  private final LogCapture log = new LogCapture();

  @AfterEach
  void stopTheCapture() {
    log.close();
  }

  /** A listening peer with a good link that must go on working. */
  private final class Guarded implements AutoCloseable {
    private final Peer listening;
    private final Peer friend;
    private final Link link;

    Guarded(Mode mode, Limits limits) throws Exception {
      listening = new Peer(mode.conf(keys), Peer.SECRET, limits);
      friend = new Peer(mode.conf(keys));
      link = friend.connect(listening);
    }

    /** Sends bytes as a stranger and waits to be closed off; returns why, as it was logged. */
    String strangerSends(byte[] bytes) throws Exception {
      String address = sendAndAwaitEnd(bytes);
      String line = log.next();
      assertTheLinkWorks();
      assertThat(log.lines()).isEmpty();
      String start = "transport: refused a connection from /" + address + ": ";
      assertThat(line).startsWith(start);
      return line.substring(start.length());
    }

    void assertTheLinkWorks() throws InterruptedException {
      link.send(new Begin(1, 2, 0, 1));
      assertThat(listening.next().message()).isEqualTo(new Begin(1, 2, 0, 1));
    }

    private String sendAndAwaitEnd(byte[] bytes) throws IOException {
      InetAddress host = InetAddress.getLoopbackAddress();
      try (Socket socket = new Socket(host, listening.transport().address().port())) {
        socket.setSoTimeout((int) Peer.TIMEOUT_MILLIS);
        String local = "127.0.0.1:" + socket.getLocalPort();
        try {
          OutputStream out = socket.getOutputStream();
          out.write(bytes);
          out.flush();
          socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
          assertThat(reset).hasMessageMatching("Connection reset|Broken pipe.*");
        }
        return local;
      }
    }

    @Override
    public void close() {
      friend.close();
      listening.close();
    }
  }

  private Guarded guarded(Mode mode) throws Exception {
    return new Guarded(mode, Limits.ofBody(1024));
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void garbageIsRefused(Mode mode) throws Exception {
    byte[] noise = new byte[5000];
    new SplittableRandom(1).nextBytes(noise);
    byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Guarded guarded = guarded(mode)) {
      assertThat(guarded.strangerSends(noise))
          .isEqualTo("it sent bytes that are no authentication");
      assertThat(guarded.strangerSends(http)).isEqualTo("it sent bytes that are no authentication");
      assertThat(guarded.strangerSends(new byte[8]))
          .isEqualTo("it sent bytes that are no authentication");
    }
  }

  @Test
  void garbageIsRefusedUnderTls() throws Exception {
    byte[] http = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] record = {22, 3, 1, 0, 4, 9, 9, 9, 9};
    try (Guarded guarded = guarded(Mode.TLS)) {
      assertThat(guarded.strangerSends(http)).isEqualTo("it sent bytes that are no TLS handshake");
      assertThat(guarded.strangerSends(record)).isEqualTo("its TLS handshake failed");
    }
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void requestsWithoutAuthenticationAreRefused(Mode mode) throws Exception {
    byte[] greeting = "sparrow frames 1".getBytes(StandardCharsets.UTF_8);
    try (Guarded guarded = guarded(mode)) {
      assertThat(guarded.strangerSends(rpc(greeting))).isEqualTo("authentication failed");
      assertThat(guarded.strangerSends(frame(ONE_WAY_MESSAGE, greeting)))
          .isEqualTo("it sent something else than a request before it authenticated");
      assertThat(guarded.strangerSends(frame(STREAM_REQUEST, lying(Integer.MAX_VALUE))))
          .isEqualTo("it sent something else than a request before it authenticated");
      assertThat(guarded.strangerSends(frame((byte) 99, greeting)))
          .isEqualTo("it sent something else than a request before it authenticated");
      assertThat(guarded.strangerSends(frame(RPC_REQUEST, new byte[3])))
          .isEqualTo("it sent a malformed handshake");
      assertThat(guarded.strangerSends(rpc(new byte[0])))
          .isEqualTo("it sent a malformed handshake");
    }
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void claimedLengthsAreNotAllocated(Mode mode) throws Exception {
    byte sasl = (byte) 0xEA;
    byte auth = (byte) 0xFB;
    try (Guarded guarded = guarded(mode)) {
      for (byte tag : new byte[] {sasl, auth}) {
        for (int length : new int[] {Integer.MAX_VALUE, 5, -1}) {
          byte[] body = ByteBuffer.allocate(9).put(tag).put(lying(length)).array();

          assertThat(guarded.strangerSends(rpc(body))).isEqualTo("it sent a malformed handshake");
        }
      }
    }
  }

  @Test
  void moreThan64KibBeforeAuthenticationAreRefused() throws Exception {
    byte[] begin = rpc(ByteBuffer.allocate(10).put((byte) 0xEA).putInt(1).put((byte) 'x').array());
    byte[] bytes = ByteBuffer.allocate(70_000).put(begin).putLong(1 << 20).array();
    try (Guarded guarded = guarded(Mode.AUTHENTICATED)) {
      assertThat(guarded.strangerSends(bytes))
          .isEqualTo("it sent more than 65536 bytes before it authenticated");
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(Mode.class)
  void whoDoesNotAuthenticateInTimeIsRefused(Mode mode) throws Exception {
    byte[] start = mode == Mode.TLS ? new byte[] {22} : new byte[] {0, 0, 0};
    try (Guarded guarded = new Guarded(mode, new Limits(1024, 1_000, false))) {
      assertThat(guarded.strangerSends(new byte[0]))
          .isEqualTo("it did not authenticate within 1000 ms");
      assertThat(guarded.strangerSends(start)).isEqualTo("it did not authenticate within 1000 ms");
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aWrongSecretIsRefusedOnBothSides(Mode mode) throws Exception {
    try (Guarded guarded = guarded(mode);
        Peer stranger = new Peer(mode.conf(keys), "another secret", Limits.ofBody(0))) {
      String address = guarded.listening.transport().address().toString();

      assertThatThrownBy(() -> stranger.connect(guarded.listening))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              "transport: connect expects an authenticated connection to "
                  + address
                  + " within 20,000 ms, got: authentication failed");

      assertThat(log.next())
          .startsWith("transport: refused a connection from /127.0.0.1:")
          .endsWith(": authentication failed");
      guarded.assertTheLinkWorks();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aPeerOfAnotherVersionIsToldSo() throws Exception {
    TransportConf conf = SparkSettings.of(Mode.AUTHENTICATED.conf(keys));
    SecretKeyHolder secret = new SparkChannels.Secret(Peer.SECRET);
    String reason = "another version: expects 'sparrow frames 1', got 'sparrow frames 2'";
    ByteBuffer greeting = StandardCharsets.UTF_8.encode("sparrow frames 2");
    try (Guarded guarded = guarded(Mode.AUTHENTICATED);
        TransportContext context = new TransportContext(conf, new NoOpRpcHandler());
        TransportClientFactory clients =
            context.createClientFactory(
                List.of(new AuthClientBootstrap(conf, SparkChannels.USER, secret)));
        TransportClient client =
            clients.createUnmanagedClient(
                "127.0.0.1", guarded.listening.transport().address().port())) {

      assertThatThrownBy(() -> client.sendRpcSync(greeting, Peer.TIMEOUT_MILLIS))
          .hasRootCauseMessage(reason);

      assertThat(log.next()).endsWith(": " + reason);
      guarded.assertTheLinkWorks();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aScannerThatOnlyConnectsIsNotWorthALine() throws Exception {
    try (Guarded guarded = guarded(Mode.AUTHENTICATED)) {
      InetAddress host = InetAddress.getLoopbackAddress();
      new Socket(host, guarded.listening.transport().address().port()).close();

      assertThat(guarded.strangerSends(new byte[8]))
          .isEqualTo("it sent bytes that are no authentication");
    }
  }

  @Test
  void aFloodIsLoggedTenTimesAndThenNoMore() throws Exception {
    try (Guarded guarded = guarded(Mode.AUTHENTICATED)) {
      for (int i = 0; i < 30; i++) {
        guarded.sendAndAwaitEnd(new byte[8]);
      }
      List<String> lines = new ArrayList<>(log.lines());

      assertThat(lines).hasSize(11);
      assertThat(lines.subList(0, 10))
          .allMatch(line -> line.endsWith(": it sent bytes that are no authentication"));
      assertThat(lines.get(10))
          .isEqualTo("transport: more of the same are not logged, after 10 of them");
    }
  }

  /** A length that is not there, and four bytes behind it. */
  private static byte[] lying(int length) {
    return ByteBuffer.allocate(8).putInt(length).array();
  }

  /** Spark's request of one body. */
  private static byte[] rpc(byte[] body) {
    return frame(
        RPC_REQUEST,
        ByteBuffer.allocate(12 + body.length).putLong(1).putInt(body.length).put(body).array());
  }

  /** Spark's frame of one message. */
  private static byte[] frame(byte type, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(8).putLong(9L + content.length).array());
    bytes.write(type);
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }
}
