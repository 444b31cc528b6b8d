package io.sparrowml.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class PoolTest {
  @Test
  void aBlockGivenBackIsHandedOutAgain(Arena arena) {
    Pool pool = new Pool(arena, 256);
    Block first = pool.take();
    Block second = pool.take();
    assertThat(second.address()).isNotEqualTo(first.address());

    pool.give(first);

    assertThat(pool.outstanding()).isEqualTo(1);
    assertThat(pool.take()).isSameAs(first);
    assertThat(arena.used()).isEqualTo(2 * pool.blockBytes());
  }

  @Test
  void aBlockOfAnotherSizeIsRefused(Arena arena) {
    Pool pool = new Pool(arena, 256);
    Block other = pool.take().slice(0, 128);

    assertThatThrownBy(() -> pool.give(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pool: give expects a block of 256 bytes, got 128");
    assertThat(pool.outstanding()).isEqualTo(1);
  }

  @Test
  void noBlockIsHeldByTwoThreads(Arena arena) throws Exception {
    Pool pool = new Pool(arena, 64);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        long mark = thread;
        tasks.add(() -> marksStay(pool, mark));
      }
      for (Future<Boolean> stayed : threads.invokeAll(tasks)) {
        assertThat(stayed.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(pool.outstanding()).isZero();
    assertThat(arena.used()).isLessThanOrEqualTo(4 * 64);
  }

  private static boolean marksStay(Pool pool, long mark) {
    boolean stayed = true;
    for (int i = 0; i < 10_000; i++) {
      Block block = pool.take();
      block.buffer().putLong(0, mark);
      Thread.onSpinWait();
      stayed &= block.buffer().getLong(0) == mark;
      pool.give(block);
    }
    return stayed;
  }
}
