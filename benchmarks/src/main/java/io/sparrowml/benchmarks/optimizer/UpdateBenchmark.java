package io.sparrowml.benchmarks.optimizer;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Sgd;
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

/** An update of all parameters of the MLP, some 0.5 million. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class UpdateBenchmark {
  /** The rules. */
  public enum Rule {
    /** With momentum. */
    SGD,
    /** As the comparison has it. */
    ADAM;

    private Optimizer optimizer() {
      return this == SGD ? new Sgd(0.01, 0.9, false) : new Adam(0.001);
    }
  }

  /** Which rule. */
  @Param public Rule rule = Rule.SGD;

  private final Layout layout = Layout.of(Subject.MLP.network());
  private final Arena arena = Arena.root("benchmark", 64 << 20);
  private final Tensor parameters = vector(1);
  private final Tensor gradients = vector(2);
  private Updater updater = new Updater(rule.optimizer());
  private List<Tensor> slots = List.of();
  private long step;

  /** Makes the rule's slots. */
  @Setup
  public void setUp() {
    updater = new Updater(rule.optimizer());
    slots = Stream.generate(() -> vector(3)).limit(rule.optimizer().slots()).toList();
  }

  private Tensor vector(long seed) {
    Tensor vector = Tensor.allocate(arena, DType.FLOAT32, Shape.of(layout.size()));
    layout.initialize(vector, seed);
    if (seed == 3) {
      vector.clear();
    }
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
    return updater.update(parameters, gradients, Subject.MLP.batch(), slots, ++step);
  }
}
