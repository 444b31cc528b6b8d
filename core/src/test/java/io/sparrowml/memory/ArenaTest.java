package io.sparrowml.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ArenaExtension.class)
class ArenaTest {
  @Test
  void blocksAreAlignedAndDoNotOverlap(Arena arena) {
    long end = 0;
    for (int bytes : new int[] {1, 63, 64, 65, 1000, 7}) {
      Block block = arena.allocate(bytes);

      assertThat(block.bytes()).isEqualTo(bytes);
      assertThat(block.address() % 64).isZero();
      assertThat(block.address()).isGreaterThanOrEqualTo(end);
      end = block.address() + bytes;
    }
  }

  @Test
  void anEmptyBlockIsABlock(Arena arena) {
    assertThat(arena.allocate(0).bytes()).isZero();
    assertThat(arena.used()).isZero();
  }

  @Test
  void blocksOfManyChunksKeepTheirContents(Arena arena) {
    int blocks = 50;
    int longs = 10_000;
    Block[] all = new Block[blocks];
    for (int i = 0; i < blocks; i++) {
      all[i] = arena.allocate((long) longs * Long.BYTES);
      for (int j = 0; j < longs; j++) {
        all[i].buffer().putLong(j * Long.BYTES, i * 1_000_000L + j);
      }
    }

    assertThat(arena.chunksTaken()).isGreaterThan(1);
    for (int i = 0; i < blocks; i++) {
      assertThat(all[i].buffer().getLong(0)).isEqualTo(i * 1_000_000L);
      assertThat(all[i].buffer().getLong((longs - 1) * Long.BYTES))
          .isEqualTo(i * 1_000_000L + longs - 1);
    }
  }

  @Test
  void aLoopTakesMemoryInItsFirstTurnOnly(Arena arena) {
    long firstAddress = 0;
    long chunks = 0;
    for (int turn = 0; turn < 3; turn++) {
      long address = arena.allocate(100_000).address();
      arena.allocate(3_000_000);
      arena.allocate(1);
      if (turn == 0) {
        firstAddress = address;
        chunks = arena.chunksTaken();
      }
      assertThat(address).isEqualTo(firstAddress);
      assertThat(arena.chunksTaken()).isEqualTo(chunks);
      arena.reset();
    }
  }

  @Test
  void theBytesInUseAndTheirPeakAreCounted(Arena arena) {
    arena.allocate(300);
    arena.allocate(200);
    assertThat(arena.used()).isEqualTo(500);

    arena.reset();
    arena.allocate(100);

    assertThat(arena.used()).isEqualTo(100);
    assertThat(arena.peak()).isEqualTo(500);
  }

  @Test
  void theLimitHolds() {
    try (Arena arena = Arena.root("small", 1 << 20)) {
      arena.allocate(500_000);

      assertThatThrownBy(() -> arena.allocate(1 << 20))
          .isInstanceOf(ArenaException.class)
          .hasMessage(
              "arena 'small': allocate expects 1,048,640 bytes within the limit of 1,048,576,"
                  + " got 524,288 in use; give it a higher limit");
      assertThat(arena.allocate(1000).bytes()).isEqualTo(1000);
    }
  }

  @Test
  void theLimitOfTheParentHoldsForItsChildren() {
    try (Arena parent = Arena.root("parent", 1 << 20);
        Arena first = parent.child("first");
        Arena second = parent.child("second")) {
      first.allocate(900_000);

      assertThatThrownBy(() -> second.allocate(900_000))
          .isInstanceOf(ArenaException.class)
          .hasMessageStartingWith("arena 'second': allocate expects ");
    }
  }

  @Test
  void aBlockOfNoPossibleSizeIsRefused(Arena arena) {
    Arena child = arena.child("model");

    assertThatThrownBy(() -> child.allocate(-1))
        .isInstanceOf(ArenaException.class)
        .hasMessage("arena 'model': a block expects 0 to 2147483647 bytes, got -1");
    assertThatThrownBy(() -> child.allocate(1L << 31))
        .isInstanceOf(ArenaException.class)
        .hasMessage("arena 'model': a block expects 0 to 2147483647 bytes, got 2147483648");
    child.close();
  }

  @Test
  void closingNamesWhatWasLeftOpenAndTakesItBack() {
    Arena arena = Arena.root("training", 1 << 24);
    Arena step = arena.child("step");
    step.allocate(640);

    assertThatThrownBy(arena::close)
        .isInstanceOf(ArenaException.class)
        .hasMessage(
            "arena 'training': close expects no open arena in it,"
                + " got ['step' with 640 bytes in use]");
    assertThatThrownBy(() -> step.allocate(1))
        .isInstanceOf(ArenaException.class)
        .hasMessage("arena 'step': allocate expects an open arena, got a closed one");
  }

  @Test
  void closingTwiceIsClosingOnce() {
    Arena arena = Arena.root("twice", 1 << 20);
    arena.allocate(1);
    arena.close();
    arena.close();

    assertThatThrownBy(() -> arena.allocate(1))
        .isInstanceOf(ArenaException.class)
        .hasMessage("arena 'twice': allocate expects an open arena, got a closed one");
  }
}
