package io.sparrowml.benchmarks.optimizer;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.optimizer.Slots;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An update of all parameters of an MLP, some 0.5 million, or of the wide one, 5.8 million, which
 * writes the new ones elsewhere as a shard does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class UpdateBenchmark {
  /** The rules. */
  public enum Rule {
    /** Without momentum. */
    DESCENT,
    /** With momentum. */
    SGD,
    /** As the comparison has it. */
    ADAM;

    private Optimizer optimizer() {
      return switch (this) {
        case DESCENT -> new Sgd(0.01, 0, false);
        case SGD -> new Sgd(0.01, 0.9, false);
        case ADAM -> new Adam(0.001);
      };
    }
  }

  /** Whose parameters. */
  @Param({"MLP", "WIDE_MLP"})
  public Subject subject = Subject.MLP;

  /** Which rule. */
  @Param public Rule rule = Rule.SGD;

  /**
   * How many networks take turns: one is in the caches of a processor, several are in memory, as
   * they are in a training whose kernels come between the updates.
   */
  @Param({"1", "4"})
  public int networks = 1;

  private record Memory(List<Tensor> parameters, Tensor gradients, Slots slots, Updater updater) {}

  private final Arena arena = Arena.root("benchmark", 1 << 30);
  private Layout layout = Layout.of(subject.network());
  private List<Memory> memories = List.of();
  private long updates;

  /** Makes the networks. */
  @Setup
  public void setUp() {
    layout = Layout.of(subject.network());
    memories = Stream.generate(this::memory).limit(networks).toList();
  }

  private Memory memory() {
    Updater updater = new Updater(rule.optimizer());
    return new Memory(
        List.of(vector(1), vector(1)), vector(2), updater.slots(layout.size()), updater);
  }

  private Tensor vector(long seed) {
    Tensor vector = Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size()));
    layout.initialize(vector, seed);
    return vector;
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    arena.close();
  }

  /** One update. */
  @Benchmark
  public int update() {
    Memory memory = memories.get((int) (updates % networks));
    int step = (int) (updates++ / networks) + 1;
    Tensor from = memory.parameters.get((step - 1) & 1);
    Tensor to = memory.parameters.get(step & 1);
    return memory.updater.update(
        from, to, memory.gradients, subject.batch(), memory.slots, step, 1);
  }
}
