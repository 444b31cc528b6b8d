package io.sparrowml.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.memory.Arena;
import io.sparrowml.spark.wire.Payload;
import io.sparrowml.tensor.Shape;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three rooms for the gradients of two compute threads. */
class GradientRoomsTest {
  private final Arena arena = Arena.root("test", 1 << 20);
  private int freed;
  private final GradientRooms rooms =
      new GradientRooms(arena.child("gradients"), Shape.of(4), () -> freed++);

  @BeforeEach
  void open() {
    rooms.provide(3, 2);
  }

  @AfterEach
  void close() {
    arena.closeAll();
  }

  private Payload take(int slot) {
    return given(rooms.take(slot));
  }

  private static Payload given(@Nullable Payload room) {
    return Objects.requireNonNull(room, "room");
  }

  private static long address(Payload room) {
    return room.values().address();
  }

  @Test
  void eachComputeThreadIsGivenTheSameAgain() {
    Payload first = take(0);
    Payload second = take(1);
    long ofFirst = address(first);
    long ofSecond = address(second);
    first.release();
    second.release();

    assertThat(address(take(1))).isEqualTo(ofSecond);
    assertThat(address(take(0))).isEqualTo(ofFirst).isNotEqualTo(ofSecond);
  }

  @Test
  void noTwoAreTheSame() {
    assertThat(new long[] {address(take(0)), address(take(0)), address(take(0))})
        .doesNotHaveDuplicates();
    assertThat(rooms.outstanding()).isEqualTo(3);
  }

  @Test
  void whoFoundNoneIsToldOfTheNextFreeOne() {
    Payload first = take(0);
    Payload second = take(0);
    first.release();
    assertThat(freed).isZero();

    take(0);
    take(1);
    assertThat(rooms.take(1)).isNull();
    second.release();

    assertThat(freed).isEqualTo(1);
    assertThat(rooms.take(1)).isNotNull();
    assertThat(rooms.outstanding()).isEqualTo(3);
  }

  @Test
  void aPromisedRoomIsKeptForWhomItWasPromised() {
    rooms.promise();
    take(0);
    take(0);
    assertThat(rooms.take(0)).isNull();

    Payload promised = given(rooms.takePromised(1));

    assertThat(rooms.takePromised(1)).isNull();
    promised.release();
    assertThat(freed).isEqualTo(1);
    assertThat(rooms.take(0)).isNotNull();
  }
}
