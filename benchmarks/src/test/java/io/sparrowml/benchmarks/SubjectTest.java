package io.sparrowml.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparrowml.model.Layout;
import io.sparrowml.tensor.Shape;
import org.junit.jupiter.api.Test;

class SubjectTest {
  /** As PyTorch counts the parameters of the same networks, and their buffers' numbers. */
  @Test
  void theNetworksHaveThePartsThatTheirPeersHave() {
    assertThat(parameters(Subject.MLP)).isEqualTo(784 * 512 + 512 + 512 * 256 + 256 + 2570);
    assertThat(parameters(Subject.WIDE_MLP)).isEqualTo(5_824_522);
    assertThat(parameters(Subject.CNN)).isEqualTo(421_834 + 2 * (32 + 64));
    assertThat(parameters(Subject.RESNET20)).isEqualTo(272_474 + 2 * 784);
    for (Subject subject : Subject.values()) {
      assertThat(subject.model().network().output()).isEqualTo(Shape.of(10));
    }
  }

  private static long parameters(Subject subject) {
    return Layout.of(subject.network()).entries().stream().mapToLong(Layout.Entry::size).sum();
  }
}
