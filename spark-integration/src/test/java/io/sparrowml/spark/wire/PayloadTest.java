package io.sparrowml.spark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.memory.Arena;
import io.sparrowml.memory.Pool;
import io.sparrowml.tensor.DType;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PayloadTest {
  private final Arena arena = Arena.root("test", 1 << 20);
  private final Pool pool = new Pool(arena, 64);
  private final Bodies bodies = Bodies.of(pool);

  @AfterEach
  void closeTheArena() {
    arena.close();
  }

  @Test
  void aReleasedPayloadReturnsToItsPool() {
    Payload payload = bodies.take(3);

    assertThat(payload.values().shape()).hasToString("[3]");
    assertThat(payload.bytes().remaining()).isEqualTo(12);
    assertThat(pool.outstanding()).isEqualTo(1);

    new Slice(0, 0, 0, 0, payload).release();

    assertThat(pool.outstanding()).isZero();
  }

  @Test
  void aSecondReleaseIsAnError() {
    Payload payload = bodies.take(3);
    payload.release();

    assertThatThrownBy(payload::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("payload expects one release, got a second");
    assertThat(pool.outstanding()).isZero();
  }

  @Test
  void aReleasedPayloadCannotBeRead() {
    Payload payload = bodies.take(3);
    payload.release();

    assertThatThrownBy(payload::values)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("payload expects to be used before its release, got a use after");
  }

  @Test
  void onlyFloat32VectorsAreCarried() {
    Tensor matrix = new Tensor(DType.FLOAT32, Shape.of(2, 2), arena.allocate(16));

    assertThatThrownBy(() -> new Payload(matrix, () -> {}))
        .hasMessage("payload expects a FLOAT32 vector, got FLOAT32 [2, 2]");
  }

  @Test
  void aPayloadLargerThanABlockIsRefused() {
    assertThatThrownBy(() -> bodies.take(17))
        .isInstanceOf(WireException.class)
        .hasMessage("frame: a body expects at most 64 bytes, got 68");
    assertThat(pool.outstanding()).isZero();
  }

  @Test
  void noRoomForAPayloadIsSaidSo() {
    try (Arena small = Arena.root("small", 1024)) {
      assertThatThrownBy(() -> Bodies.of(new Pool(small, 2048)).take(500))
          .isInstanceOf(WireException.class)
          .hasMessage(
              "frame: a body of 2,000 bytes expects memory for it, got none: arena 'small': allocate"
                  + " expects 2,112 bytes within the limit of 1,024, got 0 in use; give it a higher"
                  + " limit");
    }
  }
}
