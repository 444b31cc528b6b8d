package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.sparrowml.spark.wire.Address;
import io.sparrowml.spark.wire.Begin;
import io.sparrowml.spark.wire.Failure;
import io.sparrowml.spark.wire.Heartbeat;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Messages;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Slice;
import io.sparrowml.spark.wire.WireException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportTest {
  @TempDir static Path keys;

  private final LogCapture log = new LogCapture();

  @AfterEach
  void stopTheCapture() {
    log.close();
  }

  private static SparkConf plain() throws IOException, InterruptedException {
    return Mode.AUTHENTICATED.conf(keys);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyKindGoesThereAndBack(Mode mode) throws Exception {
    SparkConf conf = mode.conf(keys);
    try (Peer one = new Peer(conf);
        Peer other = new Peer(conf)) {
      List<Object> expected = new ArrayList<>();
      Link link = one.connect(other);
      for (Message message : Messages.ofEveryKind(one.bodies())) {
        expected.add(Messages.comparable(message));
        link.send(message);
      }

      List<Object> there = new ArrayList<>();
      List<Object> back = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        Peer.Received received = other.next();
        there.add(Messages.comparable(received.message()));
        received.from().send(received.message());
        Message returned = one.next().message();
        back.add(Messages.comparable(returned));
        returned.release();
      }

      assertThat(there).isEqualTo(expected);
      assertThat(back).isEqualTo(expected);
    }
    assertThat(log.lines()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void bodiesOf16MibArriveWhole(Mode mode) throws Exception {
    int floats = 4 << 20;
    SparkConf conf = mode.conf(keys);
    Limits limits = Limits.ofBody(4L * floats);
    try (Peer one = new Peer(conf, Peer.SECRET, limits);
        Peer other = new Peer(conf, Peer.SECRET, limits)) {
      Link link = one.connect(other);
      for (int i = 0; i < 3; i++) {
        Payload payload = one.bodies().take(floats - i);
        float[] values = new float[floats - i];
        for (int j = 0; j < values.length; j++) {
          values[j] = i + j;
        }
        payload.values().floats().put(values);
        link.send(new Slice(0, i, 0, 0, payload));

        Slice received = (Slice) other.next().message();
        assertThat(received.step()).isEqualTo(i);
        assertThat(Arrays.mismatch(received.payload().values().toFloats(), values)).isEqualTo(-1);
        received.release();
      }
    }
    assertThat(log.lines()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void manySendersKeepTheirOwnOrder(Mode mode) throws Exception {
    int senders = 8;
    int messages = 250;
    SparkConf conf = mode.conf(keys);
    ExecutorService threads = Executors.newFixedThreadPool(senders);
    try (Peer one = new Peer(conf, Peer.SECRET, Limits.ofBody(4096));
        Peer other = new Peer(conf, Peer.SECRET, Limits.ofBody(4096))) {
      Link link = one.connect(other);
      List<Future<?>> sending = new ArrayList<>();
      for (int sender = 0; sender < senders; sender++) {
        int shard = sender;
        sending.add(
            threads.submit(
                () -> {
                  for (int step = 0; step < messages; step++) {
                    Payload payload =
                        Messages.payload(one.bodies(), new float[shard + step % 1000]);
                    link.send(new Slice(0, step, shard, 0, payload));
                  }
                }));
      }

      long[] next = new long[senders];
      for (int i = 0; i < senders * messages; i++) {
        Slice slice = (Slice) other.next().message();
        assertThat(slice.step()).isEqualTo(next[slice.shard()]++);
        slice.release();
      }
      for (Future<?> sender : sending) {
        sender.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void thePeersEndIsReportedOnceOnBothSides() throws Exception {
    try (Peer one = new Peer(plain())) {
      Peer ended;
      Link link;
      try (Peer other = new Peer(plain())) {
        link = one.connect(other);
        link.send(new Hello(0, 0, 1));
        assertThat(other.next().from().peer()).startsWith("/127.0.0.1:");
        ended = other;
      }

      assertThat(one.nextClosed()).isEqualTo("connection closed by the peer");
      assertThat(ended.nextClosed()).isEqualTo("the transport was closed");
      link.close();
      link.send(new Heartbeat(0, 0));
      assertThat(one.closedLinks()).isEmpty();
      assertThat(ended.closedLinks()).isEmpty();
    }
  }

  @Test
  void aBrokenConnectionIsReported() throws Exception {
    try (Peer one = new Peer(plain());
        Peer other = new Peer(plain())) {
      NettyLink link = one.connect(other);
      link.send(new Hello(0, 0, 1));
      other.next();

      link.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      link.channel().close().sync();

      assertThat(other.nextClosed()).startsWith("connection ");
      assertThat(one.nextClosed()).isEqualTo("connection closed by the peer");
    }
  }

  @Test
  void closingWritesWhatWasSentBefore() throws Exception {
    Limits limits = Limits.ofBody(8 << 20);
    try (Peer one = new Peer(plain(), Peer.SECRET, limits);
        Peer other = new Peer(plain(), Peer.SECRET, limits)) {
      Link link = one.connect(other);
      link.send(new Slice(0, 0, 0, 0, one.bodies().take(2 << 20)));
      link.send(new Failure(0, 0, "the reason"));
      link.close();

      other.next().message().release();
      assertThat(other.next().message()).isEqualTo(new Failure(0, 0, "the reason"));
      assertThat(other.nextClosed()).isEqualTo("connection closed by the peer");
      assertThat(one.nextClosed()).isEqualTo("closed on this side");
    }
  }

  @Test
  void payloadsToADeadLinkAreReleased() throws Exception {
    try (Peer one = new Peer(plain());
        Peer other = new Peer(plain())) {
      Link link = one.connect(other);
      link.close();
      assertThat(one.nextClosed()).isEqualTo("closed on this side");

      link.send(new Slice(0, 0, 0, 0, one.bodies().take(10)));
    } // asserts that nothing is outstanding
  }

  @Test
  void aMessageThatFitsNoFrameIsRefusedAtTheSender() throws Exception {
    try (Peer one = new Peer(plain());
        Peer other = new Peer(plain())) {
      Link link = one.connect(other);

      assertThatThrownBy(() -> link.send(new Join(0, 0, "e", "h".repeat(16777172), 0, 0)))
          .isInstanceOf(WireException.class)
          .hasMessage("frame: a head of JOIN expects 0 to 16777216 bytes, got 16777217");
      link.send(new Begin(0, 0, 0, 1));
      assertThat(other.next().message()).isEqualTo(new Begin(0, 0, 0, 1));
    }
  }

  @Test
  void aMalformedFrameClosesTheLinkWithOneLine() throws Exception {
    try (Peer one = new Peer(plain());
        Peer other = new Peer(plain())) {
      NettyLink link = one.connect(other);
      link.send(new Hello(0, 0, 1));
      String peer = other.next().from().peer();

      link.channel()
          .pipeline()
          .context(link)
          .writeAndFlush(Unpooled.wrappedBuffer(new byte[4096]))
          .sync();

      String reason = "frame: a frame expects to start with 0x57525053, got 0x00000000";
      assertThat(other.nextClosed()).isEqualTo(reason);
      assertThat(one.nextClosed()).startsWith("connection ");
      assertThat(log.next()).isEqualTo("transport: closed the link with " + peer + ": " + reason);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aBodyOverTheLimitClosesTheLink() throws Exception {
    try (Peer one = new Peer(plain(), Peer.SECRET, Limits.ofBody(1024));
        Peer other = new Peer(plain(), Peer.SECRET, Limits.ofBody(512))) {
      Link link = one.connect(other);
      link.send(new Slice(0, 0, 0, 0, one.bodies().take(256)));

      assertThat(other.nextClosed())
          .isEqualTo("frame: a body expects at most 512 bytes, got 1,024");
      assertThat(one.nextClosed()).startsWith("connection ");
    }
  }

  @Test
  void aReceiverThatFailsLosesItsLink() throws Exception {
    try (Peer one = new Peer(plain())) {
      Receiver failing =
          new Receiver() {
            @Override
            public void received(Link from, Message message) {
              throw new IllegalStateException("a bug");
            }

            @Override
            public void closed(Link link, String reason) {
              one.closed(link, reason);
            }
          };
      try (Transport other =
          Transport.open(
              plain(), Peer.SECRET, "127.0.0.1", failing, one.bodies(), Limits.ofBody(0))) {
        one.transport().connect(other.address(), Peer.TIMEOUT_MILLIS).send(new Begin(0, 0, 0, 1));

        assertThat(List.of(one.nextClosed(), one.nextClosed()))
            .contains("the receiver failed: java.lang.IllegalStateException: a bug");
      }
    }
  }

  @Test
  void connectingToNobodyNamesTheAddress() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (Peer one = new Peer(plain())) {
      assertThatThrownBy(() -> one.transport().connect(new Address("127.0.0.1", port), 5_000))
          .isInstanceOf(TransportException.class)
          .hasMessageStartingWith(
              "transport: connect expects an authenticated connection to 127.0.0.1:"
                  + port
                  + " within 5,000 ms, got: ")
          .hasMessageContaining("Connection refused");
    }
  }

  @Test
  void connectingToAListenerThatSaysNothingTimesOut() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        Peer one = new Peer(plain())) {
      Address address = new Address("127.0.0.1", silent.getLocalPort());

      assertThatThrownBy(() -> one.transport().connect(address, 200))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              "transport: connect expects an authenticated connection to "
                  + address
                  + " within 200 ms, got: no answer");
    }
  }

  @Test
  void aBlankSecretIsRefused() {
    assertThatThrownBy(() -> new Peer(plain(), " ", Limits.ofBody(0)))
        .hasMessage("transport: open expects a secret, got a blank one");
  }
}
