package io.sparrowml.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CausesTest {
  @Test
  void theRootIsTheLastCause() {
    Throwable root = new IOException("disk");

    assertThat(Causes.root(new RuntimeException("a", new IllegalStateException("b", root))))
        .isSameAs(root);
    assertThat(Causes.root(root)).isSameAs(root);
  }

  @Test
  void aRingOfCausesEnds() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);

    assertThat(Causes.root(a)).isSameAs(b);
  }

  @Test
  void onlyOurErrorsAreUnwrapped() {
    RuntimeException ours = new RuntimeException(new DataException("data.train: ..."));
    RuntimeException other = new RuntimeException(new IllegalStateException("x"));

    assertThat(Causes.unwrap(ours)).hasMessage("data.train: ...");
    assertThat(Causes.unwrap(other)).isSameAs(other);
    assertThat(Causes.unwrap(new Exception("Job aborted", new IOException("disk"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("java.io.IOException: disk");
  }
}
