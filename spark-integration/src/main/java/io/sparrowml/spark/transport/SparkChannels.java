package io.sparrowml.spark.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.sparrowml.spark.wire.Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportChannelHandler;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.IOMode;
import org.apache.spark.network.util.NettyUtils;
import org.apache.spark.network.util.TransportConf;
import org.jspecify.annotations.Nullable;

/**
 * Channels that Spark's transport opened, authenticated and encrypted, and that then became ours.
 *
 * <p>Authentication is always on, with the secret of one training, also where {@code
 * spark.authenticate} is off. A greeting RPC, which names the version of our frames, is the last
 * thing that Spark's handlers do: the listening side answers and upgrades at once, the connecting
 * side upgrades when the answer is there and speaks first, so no byte meets the wrong handlers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel, which tells
final class SparkChannels implements AutoCloseable {
  /** What Spark puts into a channel and an upgrade takes out, in Spark's order. */
  static final List<String> SPARK_HANDLERS =
      List.of("chunkedWriter", "encoder", "frameDecoder", "decoder", "idleStateHandler", "handler");

  /** What Spark puts into a channel and stays: encryption, and its optional trace log. */
  static final Set<String> STAYING_HANDLERS =
      Set.of(
          "loggingHandler",
          "NettySslEncryptionHandler",
          "CtrTransportEncryption",
          "CtrTransportDecryption");

  private static final String GUARD = "sparrowGuard";
  private static final String HANDSHAKE = "sparrowHandshake";
  private static final String FIRST_CAUSE = "sparrowFirstCause";
  private static final List<String> OUR_HANDLERS = List.of(GUARD, HANDSHAKE, FIRST_CAUSE);
  private static final String LINK = "sparrowLink";

  static final String USER = "sparrow";
  private static final String GREETING = "sparrow frames 1";
  private static final int RECEIVE_BYTES = 64 << 10;

  private final TransportConf conf;
  private final Ports ports;
  private final SecretKeyHolder secrets;
  private final Limits limits;
  private final Function<Channel, NettyLink> links;
  private final LimitedLog log;
  private final ChannelGroup channels =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private final TransportContext context;
  private final EventLoopGroup clientLoops;
  private @Nullable TransportServer server;

  /**
   * Channels under the cluster's settings.
   *
   * @param secret the training's
   * @param links makes the last handler of an upgraded channel
   * @param log for refused connections
   * @throws TransportException when the settings ask for what does not work
   */
  SparkChannels(
      SparkConf spark,
      String secret,
      Limits limits,
      Function<Channel, NettyLink> links,
      LimitedLog log) {
    this.conf = SparkSettings.of(spark);
    this.ports = Ports.of(spark);
    this.secrets = new Secret(secret);
    this.limits = limits;
    this.links = links;
    this.log = log;
    this.context = new Context();
    this.clientLoops =
        NettyUtils.createEventLoop(
            IOMode.valueOf(conf.ioMode()), conf.clientThreads(), conf.getModuleName() + "-client");
  }

  /** Listens on a port that the settings give, which is returned. */
  int listen(String host) {
    String at = ports.address().isBlank() ? host : ports.address();
    AuthServerBootstrap authentication = new AuthServerBootstrap(conf, secrets);
    TransportServer listening =
        ports.bind(port -> context.createServer(at, port, List.of(authentication)));
    server = listening;
    return listening.getPort();
  }

  /**
   * An upgraded channel to a peer.
   *
   * @throws TransportException naming the peer and why there is none
   */
  NettyLink connect(Address peer, long timeoutMillis) {
    long start = System.nanoTime();
    FirstCause first = new FirstCause();
    ChannelFuture connected =
        new Bootstrap()
            .group(clientLoops)
            .channel(NettyUtils.getClientChannelClass(IOMode.valueOf(conf.ioMode())))
            .option(
                ChannelOption.ALLOCATOR, NettyUtils.getSharedPooledByteBufAllocator(true, false))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeoutMillis))
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    context.initializePipeline(channel, true);
                    channel.pipeline().addBefore("handler", FIRST_CAUSE, first);
                  }
                })
            .connect(peer.host(), peer.port());
    Channel channel = connected.channel();
    try {
      connected.sync();
      long used = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      return upgraded(channel, first, Math.max(1, timeoutMillis - used));
    } catch (Exception e) { // Netty and Spark throw checked exceptions without declaring them
      channel.close();
      if (e instanceof InterruptedException || e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new TransportException(
          "transport: connect expects an authenticated connection to %s within %,d ms, got: %s"
              .formatted(peer, timeoutMillis, first.text == null ? rootOf(e) : first.text),
          e);
    }
  }

  private NettyLink upgraded(Channel channel, FirstCause first, long timeoutMillis) {
    TransportChannelHandler spark = channel.pipeline().get(TransportChannelHandler.class);
    if (spark == null) {
      throw new TransportException("connection closed by the peer");
    }
    TransportClient client = spark.getClient();
    Future<?> deadline =
        channel
            .eventLoop()
            .schedule(() -> first.end(channel, "no answer"), timeoutMillis, TimeUnit.MILLISECONDS);
    try {
      new AuthClientBootstrap(conf, USER, secrets).doBootstrap(client, channel);
      client.sendRpcSync(bytes(GREETING), timeoutMillis);
      NettyLink link = links.apply(channel);
      channel.eventLoop().submit(() -> upgrade(channel, link)).syncUninterruptibly();
      return link;
    } finally {
      deadline.cancel(false);
    }
  }

  /** Takes Spark's handlers out and ours in; on the event loop. */
  private static void upgrade(Channel channel, NettyLink link) {
    ChannelPipeline pipeline = channel.pipeline();
    requireKnown(pipeline);
    for (List<String> names : List.of(SPARK_HANDLERS, OUR_HANDLERS)) {
      for (String name : names) {
        if (pipeline.get(name) != null) {
          pipeline.remove(name);
        }
      }
    }
    pipeline.addLast(LINK, link);
  }

  private static void requireKnown(ChannelPipeline pipeline) {
    for (String name : pipeline.toMap().keySet()) {
      if (!SPARK_HANDLERS.contains(name)
          && !OUR_HANDLERS.contains(name)
          && !STAYING_HANDLERS.contains(name)) {
        throw new TransportException(
            "transport: an upgrade expects the channel handlers of a known Spark, got "
                + pipeline.names());
      }
    }
  }

  private static String rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends every link and everything that listens; not to be called from a receiver. */
  @Override
  public void close() {
    for (Channel channel : channels) {
      NettyLink link = channel.pipeline().get(NettyLink.class);
      if (link != null) {
        link.abort("the transport was closed");
      } else {
        channel.close();
      }
    }
    channels.close().awaitUninterruptibly();
    if (server != null) {
      server.close();
    }
    clientLoops.shutdownGracefully();
    context.close();
  }

  /** Spark's channels with our guard in them. */
  private final class Context extends TransportContext {
    Context() {
      super(conf, new Greeting());
    }

    @Override
    public TransportChannelHandler initializePipeline(
        SocketChannel channel, RpcHandler authenticator, boolean isClient) {
      channels.add(channel);
      channel
          .config()
          .setTcpNoDelay(true)
          .setKeepAlive(true)
          .setRecvByteBufAllocator(new BodyReads(new FixedRecvByteBufAllocator(RECEIVE_BYTES)));
      TransportChannelHandler spark = super.initializePipeline(channel, authenticator, isClient);
      if (!isClient) {
        Guard guard = new Guard(channel, sslEncryptionEnabled(), limits.handshakeMillis(), log);
        channel
            .pipeline()
            .addFirst(GUARD, guard)
            .addAfter(
                "frameDecoder", HANDSHAKE, new Handshake(authenticator, spark.getClient(), guard));
      }
      return spark;
    }
  }

  /** Answers the one RPC that an authenticated peer sends, and upgrades. */
  private final class Greeting extends RpcHandler {
    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      String greeting = StandardCharsets.UTF_8.decode(message).toString();
      if (!greeting.equals(GREETING)) {
        throw new TransportException(
            "another version: expects '" + GREETING + "', got '" + greeting + "'");
      }
      Channel channel = client.getChannel();
      requireKnown(channel.pipeline());
      callback.onSuccess(bytes(GREETING));
      upgrade(channel, links.apply(channel));
    }

    @Override
    public StreamManager getStreamManager() {
      return new OneForOneStreamManager();
    }
  }

  /** The training's secret, whoever asks. */
  static final class Secret implements SecretKeyHolder {
    private final String value;

    Secret(String value) {
      this.value = value;
    }

    @Override
    public String getSaslUser(String appId) {
      return USER;
    }

    @Override
    public String getSecretKey(String appId) {
      return value;
    }
  }

  /** Keeps why a connection in the making broke, which Spark's handlers would only log. */
  private static final class FirstCause extends ChannelInboundHandlerAdapter {
    private volatile @Nullable String text;

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(context.channel(), rootOf(cause));
    }

    void end(Channel channel, String why) {
      if (text == null) {
        text = why;
      }
      channel.close();
    }
  }
}
