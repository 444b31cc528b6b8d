package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Frame;
import io.sparrowml.spark.wire.FrameDecoder;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Norm;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Pull;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.spark.wire.Receiver;
import io.sparrowml.spark.wire.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A network in one thread, with a clock of its own. Messages keep their order on a link; those of
 * different links overtake each other, each after a random delay. Pushes, pulls, slices and norms
 * may come a second time, at any time after the first. Links break: of what is on its way then,
 * some still arrives.
 *
 * <p>A message travels as the bytes of its frame, which are read from the sender's memory as late
 * as possible, when the message arrives; what the sender changes before then shows.
 */
final class SimulatedNetwork {
  private static final int BODY_LIMIT = 1 << 20;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SplittableRandom random;
  private final Tampering tampering;
  private final List<End> ends = new ArrayList<>();
  private long now;

  /**
   * What is done to messages.
   *
   * @param first what becomes of one when it arrives
   * @param echo what becomes of one that comes a second time
   */
  record Tampering(UnaryOperator<Message> first, UnaryOperator<Message> echo) {
    static final Tampering NONE = new Tampering(UnaryOperator.identity(), UnaryOperator.identity());

    static Tampering ofEchoes(UnaryOperator<Message> echo) {
      return new Tampering(UnaryOperator.identity(), echo);
    }
  }

  /** Whom messages reach, and the memory that they are received into. */
  static final class Site {
    private final Receiver receiver;
    private final Bodies bodies;
    private long stoppedUntil;

    Site(Receiver receiver, Bodies bodies) {
      this.receiver = receiver;
      this.bodies = bodies;
    }
  }

  /** Something on its way: a message not yet written, the bytes of one, or the link's end. */
  private record Parcel(@Nullable Message message, @Nullable ByteBuffer bytes, long due) {
    boolean isEnd() {
      return message == null && bytes == null;
    }
  }

  SimulatedNetwork(SplittableRandom random, Tampering tampering) {
    this.random = random;
    this.tampering = tampering;
  }

  /** One end of a link: what is sent on it arrives at the other. */
  private final class End implements Link {
    private final Site destination;
    private final Deque<Parcel> parcels = new ArrayDeque<>();
    private @Nullable End opposite;
    private boolean broken;

    End(Site destination) {
      this.destination = destination;
    }

    @Override
    public void send(Message message) {
      if (broken) {
        message.release();
      } else {
        parcels.add(new Parcel(message, null, now + delay()));
      }
    }

    private long delay() {
      return random.nextInt(8) == 0 ? random.nextInt(200) : random.nextInt(5);
    }

    void deliver() {
      Parcel parcel = parcels.remove();
      End other = Objects.requireNonNull(opposite);
      if (parcel.isEnd()) {
        ends.remove(this);
        destination.receiver.closed(other, "connection lost");
        return;
      }
      Message message = parcel.message();
      ByteBuffer bytes =
          message == null ? Objects.requireNonNull(parcel.bytes()) : written(message);
      Message arrived = decode(bytes);
      if (message == null) {
        arrived = tampering.echo().apply(arrived);
      } else {
        if (!broken && repeats(message)) {
          parcels.add(new Parcel(null, bytes, now + delay()));
        }
        arrived = tampering.first().apply(arrived);
      }
      destination.receiver.received(other, arrived);
    }

    private boolean repeats(Message message) {
      boolean mayRepeat =
          message instanceof Push
              || message instanceof Pull
              || message instanceof Slice
              || message instanceof Norm;
      return mayRepeat && random.nextInt(5) == 0;
    }

    private Message decode(ByteBuffer bytes) {
      try (FrameDecoder decoder = new FrameDecoder(destination.bodies, BODY_LIMIT)) {
        return Objects.requireNonNull(decoder.next(bytes.duplicate()), "message");
      }
    }

    /** Nothing more is sent; some of what is on its way arrives, and then the end. */
    void cut(int arriving) {
      if (broken) {
        return;
      }
      broken = true;
      List<Parcel> kept = new ArrayList<>();
      for (Parcel parcel : parcels) {
        Message message = parcel.message();
        if (kept.size() < arriving) {
          ByteBuffer bytes = message == null ? parcel.bytes() : written(message);
          kept.add(new Parcel(null, bytes, parcel.due()));
        } else if (message != null) {
          message.release();
        }
      }
      parcels.clear();
      parcels.addAll(kept);
      parcels.add(new Parcel(null, null, now + delay()));
    }

    @Override
    public String peer() {
      return "simulated";
    }

    @Override
    public void close() {
      cut(Integer.MAX_VALUE);
      Objects.requireNonNull(opposite).cut(0);
    }

    boolean isDue() {
      return !parcels.isEmpty() && due() <= now;
    }

    /** When its next parcel arrives. */
    long due() {
      return Math.max(parcels.element().due(), destination.stoppedUntil);
    }
  }

  private static ByteBuffer written(Message message) {
    Frame frame = Frame.of(message);
    Payload payload = frame.payload();
    ByteBuffer body = payload == null ? NOTHING.duplicate() : payload.bytes();
    ByteBuffer all = ByteBuffer.allocate(frame.header().remaining() + body.remaining());
    all.put(frame.header()).put(body);
    message.release();
    return all.flip();
  }

  /** A link between two sites; returns the first one's end. */
  Link connect(Site here, Site there) {
    End near = new End(there);
    End far = new End(here);
    near.opposite = far;
    far.opposite = near;
    ends.add(near);
    ends.add(far);
    return near;
  }

  /** A site is gone: nothing reaches it, and the others learn of it. */
  void kill(Site site) {
    for (End end : List.copyOf(ends)) {
      if (end.destination == site) {
        Objects.requireNonNull(end.opposite).cut(random.nextInt(4));
        end.cut(0);
        ends.remove(end);
      }
    }
  }

  /** A site neither gets nor sends anything for some time. */
  void stop(Site site, long millis) {
    site.stoppedUntil = now + millis;
  }

  boolean isStopped(Site site) {
    return site.stoppedUntil > now;
  }

  /** Some link breaks between two of these sites. */
  void breakLink(List<Site> among) {
    List<End> between =
        ends.stream()
            .filter(end -> among.contains(end.destination))
            .filter(end -> among.contains(Objects.requireNonNull(end.opposite).destination))
            .toList();
    if (!between.isEmpty()) {
      End end = between.get(random.nextInt(between.size()));
      end.cut(random.nextInt(3));
      Objects.requireNonNull(end.opposite).cut(random.nextInt(3));
    }
  }

  /** Milliseconds. */
  long now() {
    return now;
  }

  /** Lets a message arrive, later if none is due, but not after some time. */
  void deliver(long latest) {
    List<End> due = ends.stream().filter(End::isDue).toList();
    if (!due.isEmpty()) {
      due.get(random.nextInt(due.size())).deliver();
      return;
    }
    now =
        ends.stream()
            .filter(end -> !end.parcels.isEmpty())
            .mapToLong(End::due)
            .filter(time -> time > now)
            .min()
            .orElse(latest);
    now = Math.min(now, latest);
  }
}
