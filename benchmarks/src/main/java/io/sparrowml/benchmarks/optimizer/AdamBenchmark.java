package io.sparrowml.benchmarks.optimizer;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.memory.Arena;
import io.sparrowml.model.Layout;
import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Updater;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Adam over all parameters of the MLP, some 0.5 million. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdamBenchmark {
  private final Layout layout = Layout.of(Subject.MLP.network());
  private final Arena arena = Arena.root("benchmark", 64 << 20);
  private final Updater updater = new Updater(new Adam(0.001));
  private final Tensor parameters = vector(1);
  private final Tensor gradients = vector(2);
  private final List<Tensor> slots = List.of(vector(3), vector(3));
  private long step;

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
