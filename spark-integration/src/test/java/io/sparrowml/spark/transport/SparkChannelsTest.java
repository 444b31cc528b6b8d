package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sparrowml.spark.wire.Begin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.server.NoOpRpcHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we know of Spark's channels holds for the Spark on the class path. */
class SparkChannelsTest {
  @TempDir static Path keys;

  @ParameterizedTest
  @EnumSource(Mode.class)
  void sparkPutsTheHandlersThatWeTakeOut(Mode mode) throws Exception {
    NioSocketChannel channel = new NioSocketChannel();
    try (TransportContext context =
        new TransportContext(SparkSettings.of(mode.conf(keys)), new NoOpRpcHandler())) {
      context.initializePipeline(channel, false);

      List<String> expected = new ArrayList<>(SparkChannels.SPARK_HANDLERS);
      if (mode == Mode.TLS) {
        expected.add(0, "NettySslEncryptionHandler");
      } else {
        expected.remove("chunkedWriter");
      }
      assertThat(channel.pipeline().toMap().keySet()).containsExactlyElementsOf(expected);
      assertThat(
              channel.pipeline().toMap().values().stream().map(h -> h.getClass().getSimpleName()))
          .containsExactlyElementsOf(
              mode == Mode.TLS
                  ? List.of(
                      "SslHandler",
                      "ChunkedWriteHandler",
                      "SslMessageEncoder",
                      "TransportFrameDecoder",
                      "MessageDecoder",
                      "IdleStateHandler",
                      "TransportChannelHandler")
                  : List.of(
                      "MessageEncoder",
                      "TransportFrameDecoder",
                      "MessageDecoder",
                      "IdleStateHandler",
                      "TransportChannelHandler"));
    } finally {
      channel.unsafe().closeForcibly();
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void anUpgradedChannelHasEncryptionAndOurLinkAlone(Mode mode) throws Exception {
    try (Peer one = new Peer(mode.conf(keys));
        Peer other = new Peer(mode.conf(keys))) {
      NettyLink link = one.connect(other);
      link.send(new Begin(0, 0, 0, 1));
      NettyLink accepted = (NettyLink) other.next().from();

      assertThat(link.channel().pipeline().toMap().keySet())
          .containsExactlyElementsOf(mode.handlers());
      assertThat(accepted.channel().pipeline().toMap().keySet())
          .containsExactlyElementsOf(mode.handlers());
    }
  }

  @Test
  void bothEndsSendWithoutDelay() throws Exception {
    try (Peer one = new Peer(Mode.AUTHENTICATED.conf(keys));
        Peer other = new Peer(Mode.AUTHENTICATED.conf(keys))) {
      NettyLink link = one.connect(other);
      link.send(new Begin(0, 0, 0, 1));
      NettyLink accepted = (NettyLink) other.next().from();

      for (NettyLink end : List.of(link, accepted)) {
        assertThat(end.channel().config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
      }
    }
  }
}
