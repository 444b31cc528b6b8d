package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class FrameRoundTripTest {
  private static final Arbitrary<Integer> INTS = Arbitraries.integers();
  private static final Arbitrary<Long> LONGS = Arbitraries.longs();
  private static final Arbitrary<String> TEXTS = Arbitraries.strings().ofMaxLength(40);
  private static final Arbitrary<String> NAMES = Arbitraries.strings().ascii().ofMaxLength(20);

  /** A message once there is memory for it. */
  interface Draft extends Function<Bodies, Message> {}

  @Property(tries = 1000, seed = "42")
  void messagesComeBackInOrder(
      @ForAll("drafts") List<Draft> drafts, @ForAll @IntRange(min = 1, max = 500) int piece) {
    try (Arena arena = Arena.root("test", 1 << 20)) {
      Pool pool = new Pool(arena, 1024);
      Bodies bodies = Bodies.of(pool);
      List<Message> sent = drafts.stream().map(draft -> draft.apply(bodies)).toList();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      sent.forEach(message -> bytes.writeBytes(Frames.bytes(message)));

      FrameDecoder decoder = new FrameDecoder(bodies, 1024);
      List<Message> received = Frames.decode(decoder, bytes.toByteArray(), piece);

      assertThat(received.stream().map(Messages::comparable))
          .containsExactlyElementsOf(sent.stream().map(Messages::comparable).toList());
      sent.forEach(Message::release);
      received.forEach(Message::release);
      assertThat(pool.outstanding()).isZero();
    }
  }

  @Provide
  Arbitrary<List<Draft>> drafts() {
    return Arbitraries.oneOf(tensors(), decisions(), plans(), reports(), norms())
        .list()
        .ofMaxSize(6);
  }

  private static Arbitrary<Draft> tensors() {
    Arbitrary<float[]> values = Arbitraries.floats().array(float[].class).ofMaxSize(256);
    Arbitrary<Draft> pushes =
        Combinators.combine(INTS, LONGS, INTS, INTS, Arbitraries.longs().greaterOrEqual(1), values)
            .as(
                (generation, step, shard, subtree, count, floats) ->
                    bodies ->
                        new Push(
                            generation,
                            step,
                            shard,
                            subtree,
                            count,
                            Messages.payload(bodies, floats)));
    Arbitrary<Draft> slices =
        Combinators.combine(INTS, LONGS, INTS, values)
            .as(
                (generation, step, shard, floats) ->
                    bodies ->
                        new Slice(generation, step, shard, 0, Messages.payload(bodies, floats)));
    Arbitrary<Draft> states =
        Combinators.combine(INTS, LONGS, INTS, INTS, values)
            .as(
                (generation, step, shard, part, floats) ->
                    bodies ->
                        new State(generation, step, shard, part, Messages.payload(bodies, floats)));
    return Arbitraries.oneOf(pushes, slices, states);
  }

  private static Arbitrary<Draft> decisions() {
    Arbitrary<Draft> losses =
        Combinators.combine(INTS, LONGS, INTS, Arbitraries.doubles())
            .as((generation, step, node, loss) -> b -> new Progress(generation, step, node, loss));
    Arbitrary<Draft> special =
        Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0)
            .map(loss -> b -> new Progress(0, 0, 0, loss));
    Arbitrary<Draft> failures =
        Combinators.combine(INTS, LONGS, TEXTS)
            .as((generation, step, reason) -> b -> new Failure(generation, step, reason));
    return Arbitraries.oneOf(losses, special, failures);
  }

  private static Arbitrary<Draft> norms() {
    return Combinators.combine(INTS, LONGS, INTS, LONGS.array(long[].class).ofMaxSize(21))
        .as((generation, step, shard, squares) -> b -> new Norm(generation, step, shard, squares));
  }

  private static Arbitrary<Draft> plans() {
    Arbitrary<Member> members = Combinators.combine(INTS, NAMES, NAMES, INTS, INTS).as(Member::new);
    Arbitrary<ShardPlace> shards =
        Combinators.combine(INTS, INTS, INTS, INTS, INTS).as(ShardPlace::new);
    return Combinators.combine(
            INTS,
            LONGS,
            members.list().ofMaxSize(4),
            INTS.array(int[].class).ofMaxSize(9),
            shards.list().ofMaxSize(4),
            INTS.array(int[].class).ofMaxSize(4),
            INTS.list().ofMaxSize(3))
        .as(
            (generation, step, nodes, hosts, places, sources, fresh) ->
                b -> new Plan(generation, step, nodes, hosts, places, sources, fresh));
  }

  private static Arbitrary<Draft> reports() {
    Arbitrary<long[][]> seen =
        LONGS.array(long[].class).ofMaxSize(5).array(long[][].class).ofMaxSize(3);
    Arbitrary<Report.Part> parts = Combinators.combine(INTS, seen).as(Report.Part::new);
    Arbitrary<Draft> measured =
        Combinators.combine(INTS, LONGS, INTS, seen)
            .as((generation, step, at, of) -> b -> new Measured(generation, step, at, of));
    Arbitrary<Draft> held =
        Combinators.combine(INTS, LONGS, INTS, LONGS.array(long[].class).ofMaxSize(21), seen)
            .as(
                (generation, step, at, norm, of) ->
                    b -> new Held(generation, step, at, norm, of, norm));
    Arbitrary<Draft> reports =
        Combinators.combine(INTS, LONGS, INTS, parts.list().ofMaxSize(3))
            .as(
                (generation, step, epoch, states) ->
                    b -> new Report(generation, step, epoch, states));
    return Arbitraries.oneOf(reports, measured, held);
  }
}
