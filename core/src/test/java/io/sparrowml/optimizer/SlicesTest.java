package io.sparrowml.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.regularizer.ElasticNet;
import io.sparrowml.regularizer.MaxNorm;
import io.sparrowml.regularizer.None;
import io.sparrowml.regularizer.Regularizer;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Updates of a vector cut into slices, as shards hold it, against those of the whole. */
class SlicesTest {
  private static final int STEPS = 3;

  /** Something to update, all of which follows from a random number. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Problem(
      Segments segments,
      int size,
      Optimizer optimizer,
      Schedule schedule,
      @Nullable Clip clip,
      double[] start,
      double[][] gradients) {

    static Problem any(SplittableRandom random) {
      List<Segment> segments = new ArrayList<>();
      int size = 0;
      Regularizer[] regularizers = {new None(), new ElasticNet(0.01, 0.1), new MaxNorm(0.8)};
      boolean constrained = random.nextInt(3) == 0;
      for (int i = 0; i <= random.nextInt(5); i++) {
        int length = random.nextInt(4) == 0 ? 5000 : 1 + random.nextInt(100);
        segments.add(
            random.nextInt(4) == 0
                ? new Segment.Statistic(size, length, 0.9)
                : new Segment.Trained(
                    size,
                    length,
                    1 + random.nextInt(length),
                    regularizers[random.nextInt(constrained ? 3 : 2)]));
        size += (length + 15) / 16 * 16;
      }
      List<Class<? extends Optimizer>> kinds = List.copyOf(Optimizers.CATALOG.kinds().values());
      String name =
          List.copyOf(Optimizers.CATALOG.kinds().keySet()).get(random.nextInt(kinds.size()));
      Optimizer optimizer =
          Reference.MAPPER.readJson(
              "{\"%s\": {\"learning-rate\": 0.1}}".formatted(name), Optimizer.class);
      Clip[] clips = {null, Clip.byValue(0.5), Clip.byNorm(2)};
      double[][] gradients = new double[STEPS][];
      for (int step = 0; step < STEPS; step++) {
        gradients[step] = numbers(random, size);
      }
      return new Problem(
          new Segments(segments),
          size,
          optimizer,
          new Exponential(0.1, 0.5, 1),
          clips[random.nextInt(3)],
          numbers(random, size),
          gradients);
    }

    private static double[] numbers(SplittableRandom random, int size) {
      double[] numbers = new double[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = Math.scalb(random.nextDouble() - 0.5, random.nextInt(8) - 4);
      }
      return numbers;
    }

    /** Where slices begin: at 0, and at some places where the vector may be cut. */
    List<Integer> cuts(SplittableRandom random) {
      TreeSet<Integer> cuts = new TreeSet<>(List.of(0));
      for (int i = random.nextInt(6); i > 0; i--) {
        cuts.add(
            segments.areWholeFor(optimizer)
                ? segments.inOrder().get(random.nextInt(segments.inOrder().size())).from()
                : random.nextInt(size / 16) * 16);
      }
      return List.copyOf(cuts);
    }
  }

  /** A slice with its memory. */
  private record Slice(Updater updater, List<Tensor> buffers, Slots slots, int from) {
    /**
     * A slice.
     *
     * @param buffers how many the parameters take turns in: with one, they are updated in place
     */
    static Slice of(Problem problem, int from, int end, int buffers, Arena arena) {
      int length = end - from;
      Updater updater =
          new Updater(
              problem.optimizer,
              problem.schedule,
              problem.clip,
              problem.segments.within(from, length));
      return new Slice(
          updater,
          Stream.generate(() -> vector(arena, problem.start, from, length)).limit(buffers).toList(),
          updater.slots(length),
          from);
    }

    /** Where the parameters are after so many steps. */
    Tensor parameters(int steps) {
      return buffers.get(steps % buffers.size());
    }
  }

  private static Tensor vector(Arena arena, double[] numbers, int from, int length) {
    return Tensor.allocate(arena, DType.FLOAT32, Shape.of(length))
        .set(Arrays.copyOfRange(numbers, from, from + length));
  }

  private static List<Float> train(Problem problem, List<Integer> cuts, int buffers, Arena arena) {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      int end = i + 1 < cuts.size() ? cuts.get(i + 1) : problem.size;
      slices.add(Slice.of(problem, cuts.get(i), end, buffers, arena));
    }
    for (int step = 1; step <= STEPS; step++) {
      double[] all = problem.gradients[step - 1];
      List<Tensor> gradients =
          slices.stream().map(s -> vector(arena, all, s.from, s.parameters(0).size())).toList();
      SquaredNorm norm = new SquaredNorm();
      for (int i = slices.size() - 1; i >= 0; i--) {
        Slice slice = slices.get(i);
        if (slice.updater.needsNorm()) {
          SquaredNorm part = new SquaredNorm();
          assertThat(slice.updater.prepare(slice.parameters(step - 1), gradients.get(i), 3, part))
              .isNegative();
          norm.add(part.digits());
        } else {
          slice.updater.update(
              slice.parameters(step - 1),
              slice.parameters(step),
              gradients.get(i),
              3,
              slice.slots,
              step,
              1);
        }
      }
      for (int i = 0; i < slices.size() && slices.get(0).updater.needsNorm(); i++) {
        Slice slice = slices.get(i);
        slice.updater.apply(
            slice.parameters(step - 1),
            slice.parameters(step),
            gradients.get(i),
            slice.slots,
            step,
            1,
            norm.norm());
      }
    }
    List<Float> numbers = new ArrayList<>();
    for (Slice slice : slices) {
      for (float number : slice.parameters(STEPS).toFloats()) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  @Property(tries = 400, seed = "42")
  void anyCutInPlaceOrNotGivesTheBitsOfTheWhole(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Problem problem = Problem.any(random);
    Arena arena = Arena.root("test", 1 << 26);
    try {
      List<Float> whole = train(problem, List.of(0), 1, arena);

      assertThat(train(problem, problem.cuts(random), 1 + random.nextInt(2), arena))
          .isEqualTo(whole);
      assertThat(whole).isNotEqualTo(boxed(problem.start)).doesNotContain(Float.NaN);
    } finally {
      arena.closeAll();
    }
  }

  private static List<Float> boxed(double[] numbers) {
    List<Float> boxed = new ArrayList<>();
    for (double number : numbers) {
      boxed.add((float) number);
    }
    return boxed;
  }
}
