package io.sparrowml.benchmarks;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.optimizer.Segments;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.spark.server.FixedTree;
import io.sparrowml.spark.server.Peers;
import io.sparrowml.spark.server.Rounding;
import io.sparrowml.spark.server.Shard;
import io.sparrowml.spark.server.SyncShard;
import io.sparrowml.spark.transport.Limits;
import io.sparrowml.spark.transport.Transport;
import io.sparrowml.spark.wire.Address;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.ShardPlace;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import io.sparrowml.train.Compression;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * Times synchronous rounds of two processes, by the shards and the transport of a training, beside
 * bare sockets that move the same bytes: in a round each process pushes its gradient for the shards
 * of the other, and the sums of its own shards to their standbys; all shards and standbys update.
 *
 * <p>Without arguments it starts the other process and prints milliseconds; a property {@code
 * spark.*} of the JVM is a setting of both.
 */
public final class RoundRate implements Receiver, Peers {
  private static final int SIZE = 10_000_000;
  private static final int SHARDS = 64;
  private static final int LENGTH = SIZE / SHARDS;
  private static final int ROUNDS = 50;
  private static final int WARM_UP = 500;
  private static final int TURNS = 4;

  /** Bytes that a process sends in a round: gradients for the other's shards, sums of its own. */
  private static final int SENT = SIZE * Float.BYTES;

  private static final String SECRET = "a secret of a benchmark";

  private final int node;
  private final Arena arena = Arena.root("round", Long.MAX_VALUE);
  private final Pool pool = new Pool(arena.child("messages"), (long) LENGTH * Float.BYTES);
  private final List<Shard> shards = new ArrayList<>();
  private final Tensor gradient = vector(SIZE);
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<Link> links = new LinkedBlockingQueue<>();
  private final Transport transport;
  private @Nullable Link other;
  private long step;

  private record Millis(double ours, double bare) {}

  private RoundRate(int node) {
    this.node = node;
    Tensor even = vector(SIZE);
    Tensor odd = vector(SIZE);
    for (Tensor each : List.of(even, odd, gradient)) {
      each.clear();
    }
    List<ShardPlace> places = new ArrayList<>();
    for (int i = 0; i < SHARDS; i++) {
      places.add(new ShardPlace(i % 2, 0, 1 - i % 2, i * LENGTH, LENGTH));
    }
    for (int i = 0; i < SHARDS; i++) {
      Shard.Memory memory =
          new Shard.Memory(
              even.slice(i * LENGTH, LENGTH),
              odd.slice(i * LENGTH, LENGTH),
              Slots.none(),
              null,
              null);
      Rounding none = new Rounding(new Compression.None(), new Segments(List.of()), LENGTH);
      Updater updater = new Updater(new Sgd(0.01, 0, false));
      Shard shard = new SyncShard(i, memory, updater, new FixedTree(2), this, null, none, false);
      shard.regroup(0, places, node);
      shards.add(shard);
    }
    SparkConf conf = new SparkConf().set("spark.app.id", "benchmark");
    Limits limits = Limits.ofBody(LENGTH * Float.BYTES);
    this.transport = Transport.open(conf, SECRET, "127.0.0.1", this, Bodies.of(pool), limits);
  }

  private Tensor vector(int length) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(length));
  }

  @Override
  public void received(Link from, Message message) {
    links.offer(from);
    messages.add(message);
  }

  @Override
  public void closed(Link link, String reason) {}

  @Override
  public void send(int to, Message message) {
    if (to == node) {
      messages.add(message);
    } else {
      Objects.requireNonNull(other, "other").send(message);
    }
  }

  /** One round: returns when all shards and standbys here have updated. */
  private void round(long next) throws InterruptedException {
    for (int i = 0; i < SHARDS; i++) {
      Payload part = Payload.borrowed(gradient.slice(i * LENGTH, LENGTH));
      send(i % 2, new Push(0, next, i, 2 + node, 1, part));
    }
    while (shards.stream().anyMatch(shard -> shard.step() < next)) {
      Message message = messages.take();
      if (message instanceof Push push) {
        shards.get(push.shard()).push(push);
      } else {
        message.release();
      }
    }
  }

  /** Turns of rounds and of bare sockets by turns: what else the machine does slows both. */
  private Millis turns(SocketChannel channel) throws InterruptedException, IOException {
    double[] ours = new double[TURNS * ROUNDS];
    double[] bare = new double[TURNS * ROUNDS];
    rounds(WARM_UP);
    bare(channel, WARM_UP);
    for (int turn = 0; turn < TURNS; turn++) {
      System.arraycopy(rounds(ROUNDS), 0, ours, turn * ROUNDS, ROUNDS);
      System.arraycopy(bare(channel, ROUNDS), 0, bare, turn * ROUNDS, ROUNDS);
    }
    return new Millis(Slices.median(ours), Slices.median(bare));
  }

  private double[] rounds(int count) throws InterruptedException {
    double[] millis = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      round(++step);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return millis;
  }

  /** As many bytes by bare sockets, both ways at once, from memory as large as the gradient. */
  private double[] bare(SocketChannel channel, int count) throws IOException, InterruptedException {
    double[] millis = new double[count];
    ByteBuffer out = gradient.block().buffer();
    ByteBuffer in = ByteBuffer.allocateDirect(LENGTH * Float.BYTES);
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      Thread writer =
          new Thread(
              () -> {
                try {
                  out.clear().limit(SENT);
                  while (out.hasRemaining()) {
                    channel.write(out);
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      writer.start();
      for (int left = SENT; left > 0; ) {
        in.clear().limit(Math.min(left, in.capacity()));
        int length = channel.read(in);
        if (length < 0) {
          throw new IOException("the other process has ended");
        }
        left -= length;
      }
      writer.join();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return millis;
  }

  /** Starts the other process, or is it where a port is given. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0) {
      second(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
      return;
    }
    RoundRate one = new RoundRate(0);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Process process = start(one.transport.address().port(), server.socket().getLocalPort());
      one.other = one.links.take();
      Millis millis;
      try (SocketChannel channel = server.accept()) {
        millis = one.turns(channel);
      }
      System.out.printf(
          Locale.ROOT,
          "%,d parameters, %,d bytes each way: %.1f ms a round, %.1f ms by bare sockets, %.2f times%n",
          SIZE,
          SENT,
          millis.ours,
          millis.bare,
          millis.ours / millis.bare);
      process.waitFor();
    }
    one.transport.close();
  }

  private static void second(int port, int barePort) throws Exception {
    RoundRate two = new RoundRate(1);
    Link link = two.transport.connect(new Address("127.0.0.1", port), 20_000);
    two.other = link;
    link.send(new Hello(0, 0, 1));
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), barePort))) {
      two.turns(channel);
    }
    two.transport.close();
  }

  private static Process start(int port, int barePort) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            RoundRate.class.getName(),
            "" + port,
            "" + barePort));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(System.err::println);
              } catch (IOException e) {
                System.err.println(e.getMessage());
              }
            });
    reader.setDaemon(true);
    reader.start();
    return process;
  }
}
