package io.sparrowml.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NormalDistributionTest {
  @Test
  void probabilitiesAreThoseOfTables() {
    double[][] table = {
      {-38, 2.88542835e-316},
      {-10, 7.619853024160593e-24},
      {-6, 9.865876450377012e-10},
      {-3.0001, 0.001349454913260717},
      {-2.9999, 0.0013503412829549248},
      {-1.5, 0.06680720126885809},
      {-0.1, 0.460172162722971},
      {0, 0.5},
      {1e-09, 0.5000000003989423},
      {0.3, 0.6179114221889526},
      {1, 0.8413447460685429},
      {2.9999, 0.998649658717045},
      {3.0001, 0.9986505450867393},
      {5, 0.9999997133484281},
      {9, 1.0}
    };
    for (double[] row : table) {
      assertThat(NormalDistribution.probability(row[0]))
          .as("up to %s", row[0])
          .isCloseTo(row[1], within(1e-13 * row[1]));
    }
  }

  @Test
  void itsEndsAreCertain() {
    assertThat(NormalDistribution.probability(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(NormalDistribution.probability(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(NormalDistribution.probability(Double.NaN)).isNaN();
  }
}
