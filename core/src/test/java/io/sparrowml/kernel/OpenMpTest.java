package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.empty;
import static io.sparrowml.kernel.Numbers.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** Native threads are told by their name, which they inherit from the thread that starts them. */
@ExtendWith(ArenaExtension.class)
@EnabledOnOs(OS.LINUX)
@Tag("onednn")
class OpenMpTest {
  @Test
  void eachJavaThreadComputesWithAsManyNativeThreadsAsAsked(Arena arena) throws Exception {
    Tensor a = normal(arena, 1, 512, 512);
    for (int threads : new int[] {1, 1, 2, 3}) {
      Tensor out = empty(arena, DType.FLOAT32, 512, 512);
      String name = "asks-for-" + threads;

      long nativeThreads =
          on(
              name,
              () -> {
                try (Kernels kernels = new OneDnnKernels(threads)) {
                  kernels.matmul(a, false, a, false, out).run();
                  return named(name);
                }
              });

      assertThat(nativeThreads).isEqualTo(threads);
    }
  }

  @Test
  void kernelsHandedToAnotherThreadKeepToTheirNumber(Arena arena) throws Exception {
    Tensor a = normal(arena, 1, 512, 512);
    Tensor out = empty(arena, DType.FLOAT32, 512, 512);
    try (Kernels kernels = new OneDnnKernels(1)) {
      kernels.matmul(a, false, a, false, out).run();
      long nativeThreads =
          on(
              "handed-over",
              () -> {
                kernels.matmul(a, false, a, false, out).run();
                return named("handed-over");
              });

      assertThat(nativeThreads).isEqualTo(1);
    }
  }

  private static long on(String name, Callable<Long> work) throws Exception {
    FutureTask<Long> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.start();
    long result = task.get();
    thread.join();
    return result;
  }

  /** How many native threads of this process have the name. */
  private static long named(String name) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
      return all.filter(thread -> nameOf(thread).equals(name)).count();
    }
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "ended meanwhile";
    }
  }
}
