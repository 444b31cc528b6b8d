package io.sparrowml.benchmarks.wire;

import io.sparrowml.benchmarks.Subject;
import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.model.Layout;
import io.sparrowml.spark.wire.Bodies;
import io.sparrowml.spark.wire.Frame;
import io.sparrowml.spark.wire.FrameDecoder;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.spark.wire.Push;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Objects;
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

/** The gradient of the MLP as a frame: written without a copy, read with one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
  private final int length = Layout.of(Subject.MLP.network()).size();
  private final long bytes = (long) length * Float.BYTES;
  private final Arena arena = Arena.root("benchmark", 64 << 20);
  private final Arena received = arena.child("received");
  private final Tensor gradient = Tensor.allocate(arena, DType.FLOAT32, Shape.of(length));
  private final FrameDecoder decoder =
      new FrameDecoder(Bodies.of(new Pool(received, bytes)), bytes);
  private final ByteBuffer arriving = arriving();

  private ByteBuffer arriving() {
    gradient.clear();
    Frame frame = encode();
    ByteBuffer body = Objects.requireNonNull(frame.payload()).bytes();
    return ByteBuffer.allocateDirect(frame.header().remaining() + body.remaining())
        .put(frame.header())
        .put(body)
        .flip();
  }

  /** Gives the memory back. */
  @TearDown
  public void tearDown() {
    decoder.close();
    arena.closeAll();
  }

  /** The frame of a push. */
  @Benchmark
  public Frame encode() {
    return Frame.of(new Push(0, 1, 0, 1, Subject.MLP.batch(), Payload.borrowed(gradient)));
  }

  /** The push of a frame that has come in one piece. */
  @Benchmark
  public Message decode() {
    Message message = Objects.requireNonNull(decoder.next(arriving.rewind()));
    message.release();
    return message;
  }
}
