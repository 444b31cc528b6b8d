package io.sparrowml.spark.transport;

import io.netty.channel.Channel;
import io.sparrowml.spark.wire.Address;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.FrameDecoder;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Traffic;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.NettyUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links to and from the other processes of a training.
 *
 * <p>A transport listens on a port of its own. Only peers with the training's secret get a link;
 * everybody else is closed off and logged in one line. Links are encrypted as the cluster's
 * settings say. The receiver is called on the transport's own threads and must not block them.
 */
public final class Transport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private final SparkChannels channels;
  private final Address address;
  private final Meter meter;

  private Transport(SparkChannels channels, Address address, Meter meter) {
    this.channels = channels;
    this.address = address;
    this.meter = meter;
  }

  /**
   * Starts to listen, within the ports that the cluster's settings give to block transfer.
   *
   * @param conf the cluster's settings
   * @param secret the training's; whoever knows it may take part
   * @param host the local name or address to listen on, which peers can reach; on a driver {@code
   *     spark.driver.bindAddress} may name another one to listen on
   * @param receiver takes what arrives on all links, accepted and connected
   * @param bodies the memory of arriving payloads
   * @throws TransportException when the settings ask for a cipher that does not work
   */
  public static Transport open(
      SparkConf conf, String secret, String host, Receiver receiver, Bodies bodies, Limits limits) {
    if (secret.isBlank()) {
      throw new IllegalArgumentException("transport: open expects a secret, got a blank one");
    }
    LimitedLog links = new LimitedLog(LOG);
    Meter meter = new Meter();
    SparkChannels channels =
        new SparkChannels(
            conf,
            secret,
            limits,
            channel ->
                new NettyLink(
                    channel,
                    peer(channel),
                    receiver,
                    new FrameDecoder(bodies, limits.bodyBytes()),
                    links,
                    limits.coded() ? bodies : null,
                    meter),
            new LimitedLog(LOG));
    try {
      return new Transport(channels, new Address(host, channels.listen(host)), meter);
    } catch (RuntimeException e) {
      channels.close();
      throw e;
    }
  }

  private static String peer(Channel channel) {
    return NettyUtils.getRemoteAddress(channel);
  }

  /** All bytes that were sent. */
  public Traffic sent() {
    return meter.sent();
  }

  /** Where this transport listens. */
  public Address address() {
    return address;
  }

  /**
   * A link to the transport at an address. The connecting side speaks first: the other side's
   * receiver learns of the link through its first message.
   *
   * @param timeoutMillis how long connecting and authenticating may take, in milliseconds
   * @throws TransportException naming the peer and why there is no link
   */
  public Link connect(Address peer, long timeoutMillis) {
    return channels.connect(peer, timeoutMillis);
  }

  /** Ends every link and stops listening; not to be called by a receiver. */
  @Override
  public void close() {
    channels.close();
  }
}
