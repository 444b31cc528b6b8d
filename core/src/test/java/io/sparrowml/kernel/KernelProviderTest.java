package io.sparrowml.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("onednn")
class KernelProviderTest {
  private static Kernels notLoadable(int threads, Precision precision) {
    throw new UnsatisfiedLinkError("no jnidnnl in java.library.path");
  }

  @Test
  void oneDnnIsPreferred() {
    KernelProvider provider = KernelProvider.choose(null, OneDnnKernels::new);

    try (Kernels kernels = provider.opened(2, Precision.FLOAT32)) {
      assertThat(kernels).isInstanceOf(OneDnnKernels.class);
      assertThat(provider.reason()).isEqualTo(kernels.name() + ", it loads");
    }
  }

  @Test
  void plainKernelsReplaceWhatDoesNotLoad() {
    KernelProvider provider = KernelProvider.choose(null, KernelProviderTest::notLoadable);

    try (Kernels kernels = provider.opened(1, Precision.FLOAT32)) {
      assertThat(kernels).isInstanceOf(PlainKernels.class);
    }
    assertThat(provider.reason())
        .isEqualTo(
            "plain, onednn does not load:"
                + " java.lang.UnsatisfiedLinkError: no jnidnnl in java.library.path");
  }

  @Test
  void eitherCanBeAskedFor() {
    KernelProvider plain = KernelProvider.choose("plain", OneDnnKernels::new);
    KernelProvider oneDnn = KernelProvider.choose("onednn", OneDnnKernels::new);

    try (Kernels first = plain.opened(1, Precision.FLOAT32);
        Kernels second = oneDnn.opened(1, Precision.FLOAT32)) {
      assertThat(first).isInstanceOf(PlainKernels.class);
      assertThat(second).isInstanceOf(OneDnnKernels.class);
      assertThat(oneDnn.reason()).isEqualTo(second.name() + ", sparrow.kernels asks for it");
    }
    assertThat(plain.reason()).isEqualTo("plain, sparrow.kernels asks for plain");
  }

  @Test
  void plainKernelsRefuseToRound() {
    KernelProvider provider = KernelProvider.choose("plain", OneDnnKernels::new);

    assertThatThrownBy(() -> provider.opened(1, Precision.BFLOAT16))
        .isInstanceOf(KernelException.class)
        .hasMessage("plain kernels expect float32, got bfloat16; use float32");
  }

  @Test
  void whatIsAskedForAndDoesNotLoadIsAnError() {
    KernelProvider provider = KernelProvider.choose("onednn", KernelProviderTest::notLoadable);

    assertThatThrownBy(() -> provider.opened(1, Precision.FLOAT32))
        .isInstanceOf(KernelException.class)
        .hasMessage(
            "sparrow.kernels expects onednn to load, got java.lang.UnsatisfiedLinkError:"
                + " no jnidnnl in java.library.path; leave it out or set it to plain")
        .hasCauseInstanceOf(UnsatisfiedLinkError.class);
  }

  @Test
  void anUnknownNameIsAnError() {
    KernelProvider provider = KernelProvider.choose("cuda", OneDnnKernels::new);

    assertThatThrownBy(() -> provider.opened(1, Precision.FLOAT32))
        .isInstanceOf(KernelException.class)
        .hasMessage("sparrow.kernels expects onednn or plain, got cuda");
  }

  @Test
  void kernelsOpenWithoutFurtherAsking() {
    try (Kernels first = KernelProvider.open();
        Kernels second = KernelProvider.open(2)) {
      assertThat(second).isNotSameAs(first).hasSameClassAs(first);
    }
  }
}
