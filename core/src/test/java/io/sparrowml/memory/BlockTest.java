package io.sparrowml.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class BlockTest {
  @Test
  void itsViewsAreFreshAndInNativeOrder(Arena arena) {
    Block block = arena.allocate(12);
    ByteBuffer view = block.buffer();
    view.position(5).order(ByteOrder.BIG_ENDIAN);

    assertThat(block.buffer().position()).isZero();
    assertThat(block.buffer().order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(block.buffer().capacity()).isEqualTo(12);
  }

  @Test
  void aSliceSharesMemory(Arena arena) {
    arena.allocate(100);
    Block block = arena.allocate(16);
    Block tail = block.slice(8, 8).slice(4, 4);
    tail.buffer().putInt(0, 42);

    assertThat(tail.address()).isEqualTo(block.address() + 12);
    assertThat(tail.bytes()).isEqualTo(4);
    assertThat(block.buffer().getInt(12)).isEqualTo(42);
  }

  @Test
  void aSliceStaysInside(Arena arena) {
    Block block = arena.allocate(16);

    assertThat(block.slice(16, 0).bytes()).isZero();
    assertThatThrownBy(() -> block.slice(8, 9))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("slice expects a part of 16 bytes, got [8, 17)");
    assertThatThrownBy(() -> block.slice(-1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("slice expects a part of 16 bytes, got [-1, 1)");
  }

  @Test
  void arrowSeesTheSameBytes(Arena arena) {
    arena.allocate(100);
    Block block = arena.allocate(8);
    block.buffer().putLong(0, 7);
    ArrowBuf arrow = block.arrow();

    assertThat(arrow.memoryAddress()).isEqualTo(block.address());
    assertThat(arrow.capacity()).isEqualTo(8);
    assertThat(arrow.getLong(0)).isEqualTo(7);
  }
}
