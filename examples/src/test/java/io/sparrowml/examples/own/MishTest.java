package io.sparrowml.examples.own;

import io.sparrowml.initializer.HeNormal;
import io.sparrowml.layer.Dense;
import io.sparrowml.tensor.Shape;
import io.sparrowml.train.GradientCheck;
import org.junit.jupiter.api.Test;

class MishTest {
  @Test
  void theGradientsAreThoseOfTheFunction() {
    GradientCheck.of(new Mish(), Shape.of(3, 4)).check();
  }

  @Test
  void aLayerMayEndInIt() {
    GradientCheck.of(new Dense(4, new Mish(), new HeNormal()), Shape.of(3, 5)).check();
  }
}
