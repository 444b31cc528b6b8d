package io.sparrowml.benchmarks.kernel;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.kernel.Kernel;
import io.sparrowml.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Softmax and its loss over the logits of 128 rows. */
public class SoftmaxBenchmark extends KernelBenchmark {
  /** Classes: those of the subjects, and those of a vocabulary. */
  @Param({"10", "1000"})
  public int classes = 10;

  private Kernel probabilities = () -> {};
  private Kernel losses = () -> {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    int batch = Subject.MLP.batch();
    Tensor logits = random(batch, classes);
    Tensor labels = room(batch);
    labels.clear();
    probabilities = kernels.softmax(logits, room(batch, classes));
    losses = kernels.softmaxCrossEntropy(logits, labels, room(batch));
  }

  /** The probabilities. */
  @Benchmark
  public void softmax() {
    probabilities.run();
  }

  /** The losses. */
  @Benchmark
  public void softmaxCrossEntropy() {
    losses.run();
  }
}
