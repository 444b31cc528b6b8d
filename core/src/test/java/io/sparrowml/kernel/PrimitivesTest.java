package io.sparrowml.kernel;

import static io.sparrowml.kernel.Numbers.floats;
import static io.sparrowml.kernel.Numbers.like;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.ArenaExtension;
import io.sparrowml.tensor.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
@Tag("onednn")
class PrimitivesTest {
  private static Recipe product(int size) {
    return new Recipe.Pairwise(dnnl_binary_mul, new Spread(1, size, 1, size), List.of());
  }

  @Test
  void primitivesAreKeptUpToABound(Arena arena) {
    Tensor x = floats(arena, 1, 2, 3, 4);
    Tensor out = like(arena, x);
    try (OpenMp openMp = new OpenMp();
        Primitives primitives = new Primitives(3, 1, openMp)) {
      for (int turn = 0; turn < 3; turn++) {
        for (int size = 1; size <= 4; size++) {
          out.clear();
          primitives.run(product(size), x.address(), x.address(), out.address());

          assertThat(out.slice(0, size).toFloats()[size - 1]).isEqualTo(size * size);
          assertThat(primitives.size()).isEqualTo(turn == 0 ? Math.min(size, 3) : 3);
        }
      }
    }
  }

  @Test
  void equalRecipesShareAPrimitive(Arena arena) {
    Tensor x = floats(arena, 1, 2, 3, 4);
    try (OpenMp openMp = new OpenMp();
        Primitives primitives = new Primitives(3, 1, openMp)) {
      primitives.run(product(4), x.address(), x.address(), x.address());
      primitives.run(product(4), x.address(), x.address(), x.address());

      assertThat(primitives.size()).isEqualTo(1);
    }
    assertThat(x.toFloats()).containsExactly(1, 16, 81, 256);
  }

  /** Large work that gives other bits with more than two threads, and counts what it is made of. */
  private static final class Cut implements Recipe {
    private static final float[] WITH_1_6_4_AND_2_THREADS = {1, 3, 2, 1};

    private int made;
    private int closed;

    @Override
    public long work() {
      return Long.MAX_VALUE;
    }

    @Override
    public Compiled make(engine cpu) {
      float result = WITH_1_6_4_AND_2_THREADS[made++];
      return new Compiled() {
        @Override
        public void run(dnnl_stream stream, long... addresses) {
          new FloatPointer(new Address().at(addresses[0])).put(result);
        }

        @Override
        public long[] bytes() {
          return new long[] {Float.BYTES};
        }

        @Override
        public void close() {
          closed++;
        }
      };
    }
  }

  @Test
  void fewerThreadsComputeWhereAllGiveOtherBits(Arena arena) {
    Tensor out = floats(arena, 0);
    Cut recipe = new Cut();
    try (OpenMp openMp = new OpenMp();
        Primitives primitives = new Primitives(3, 6, openMp)) {
      primitives.run(recipe, out.address());

      assertThat(recipe.made).isEqualTo(4);
      assertThat(recipe.closed).isEqualTo(3);
      assertThat(primitives.wide()).isEqualTo(1);
    }
    assertThat(out.toFloats()).containsExactly(1);
    assertThat(recipe.closed).isEqualTo(4);
  }

  @Test
  void aChangingParameterNeedsNoNewPrimitive(Arena arena) {
    Tensor x = floats(arena, 1, 2, 3);
    Tensor out = like(arena, x);
    try (OneDnnKernels kernels = new OneDnnKernels(1)) {
      for (int i = 1; i <= 100; i++) {
        kernels.unary(Unary.SCALE, i, x, out).run();
      }
      assertThat(out.toFloats()).containsExactly(100, 200, 300);
      assertThat(kernels.primitives()).isEqualTo(1);
    }
  }
}
