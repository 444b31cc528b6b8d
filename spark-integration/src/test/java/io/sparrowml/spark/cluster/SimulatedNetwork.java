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
 * may come a second time, at any time after the first.
 *
 * <p>A message travels as the bytes of its frame, which are read from the sender's memory as late
 * as possible, when the message arrives; what the sender changes before then shows.
 */
final class SimulatedNetwork {
  private static final int BODY_LIMIT = 1 << 20;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SplittableRandom random;
  private final UnaryOperator<Message> echo;
  private final List<End> ends = new ArrayList<>();
  private long now;

  /** Whom messages reach, and the memory that they are received into. */
  record Site(Receiver receiver, Bodies bodies) {}

  /** Something on its way: a message not yet written, or the bytes of one. */
  private record Parcel(@Nullable Message message, ByteBuffer bytes, long due) {}

  /**
   * A network without links.
   *
   * @param echo what becomes of a message that comes a second time
   */
  SimulatedNetwork(SplittableRandom random, UnaryOperator<Message> echo) {
    this.random = random;
    this.echo = echo;
  }

  /** One end of a link: what is sent on it arrives at the other. */
  private final class End implements Link {
    private final Site destination;
    private final Deque<Parcel> parcels = new ArrayDeque<>();
    private @Nullable End opposite;

    End(Site destination) {
      this.destination = destination;
    }

    @Override
    public void send(Message message) {
      parcels.add(new Parcel(message, NOTHING, now + delay()));
    }

    private long delay() {
      return random.nextInt(8) == 0 ? random.nextInt(200) : random.nextInt(5);
    }

    void deliver() {
      Parcel parcel = parcels.remove();
      Message message = parcel.message();
      ByteBuffer bytes = message == null ? parcel.bytes() : written(message);
      Message arrived = decode(bytes);
      if (message == null) {
        arrived = echo.apply(arrived);
      } else if (repeats(message)) {
        parcels.add(new Parcel(null, bytes, now + delay()));
      }
      destination.receiver().received(Objects.requireNonNull(opposite), arrived);
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
      try (FrameDecoder decoder = new FrameDecoder(destination.bodies(), BODY_LIMIT)) {
        return Objects.requireNonNull(decoder.next(bytes.duplicate()), "message");
      }
    }

    @Override
    public String peer() {
      return "simulated";
    }

    @Override
    public void close() {}
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

  /** Milliseconds. */
  long now() {
    return now;
  }

  /** Lets a message arrive, later if none is due; returns whether there was one. */
  boolean deliver() {
    List<End> waiting = ends.stream().filter(end -> !end.parcels.isEmpty()).toList();
    if (waiting.isEmpty()) {
      return false;
    }
    List<End> due = waiting.stream().filter(end -> end.parcels.element().due() <= now).toList();
    if (due.isEmpty()) {
      now++;
    } else {
      due.get(random.nextInt(due.size())).deliver();
    }
    return true;
  }
}
