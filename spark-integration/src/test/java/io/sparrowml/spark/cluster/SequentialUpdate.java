package io.sparrowml.spark.cluster;

import io.sparrowml.optimizer.Adam;
import io.sparrowml.optimizer.Clip;
import io.sparrowml.optimizer.Lamb;
import io.sparrowml.optimizer.Optimizer;
import io.sparrowml.optimizer.Segment;
import io.sparrowml.optimizer.Sgd;
import io.sparrowml.regularizer.L2;
import io.sparrowml.regularizer.MaxNorm;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The same updates in plain loops over whole arrays. */
final class SequentialUpdate {
  private final SimulatedProblem problem;
  private final float[] x;
  private final float[] first;
  private final float[] second;

  SequentialUpdate(SimulatedProblem problem, float[] parameters) {
    this.problem = problem;
    this.x = parameters;
    this.first = new float[parameters.length];
    this.second = new float[parameters.length];
  }

  /**
   * One update.
   *
   * @param g the mean gradient, overwritten
   */
  void update(float[] g, double rate, long step) {
    for (Segment segment : problem.segments()) {
      penalize(segment, g);
    }
    clip(problem.clip(), g);
    for (Segment segment : problem.segments()) {
      int end = segment.from() + segment.length();
      if (segment instanceof Segment.Statistic statistic) {
        for (int i = segment.from(); i < end; i++) {
          x[i] = (float) statistic.momentum() * x[i] + (float) (1 - statistic.momentum()) * g[i];
        }
      } else if (segment instanceof Segment.Trained trained) {
        step(segment.from(), end, g, rate, step);
        if (trained.regularizer() instanceof MaxNorm max) {
          constrain(trained, max);
        }
      }
    }
  }

  private void penalize(Segment segment, float[] g) {
    if (segment instanceof Segment.Trained trained && trained.regularizer() instanceof L2 l2) {
      for (int i = segment.from(); i < segment.from() + segment.length(); i++) {
        g[i] += (float) (2 * l2.rate()) * x[i];
      }
    }
  }

  private void clip(@Nullable Clip clip, float[] g) {
    float scale = 1;
    if (clip != null && clip.norm() != null) {
      BigDecimal sum = BigDecimal.ZERO;
      for (Segment segment : problem.segments()) {
        if (segment instanceof Segment.Trained) {
          sum = sum.add(squares(g, segment.from(), segment.from() + segment.length()));
        }
      }
      double norm = Math.sqrt(sum.doubleValue());
      scale = norm > clip.norm() ? (float) (clip.norm() / norm) : 1;
    }
    for (Segment segment : problem.segments()) {
      for (int i = segment.from(); i < segment.from() + segment.length(); i++) {
        if (segment instanceof Segment.Trained) {
          g[i] *= scale;
          if (clip != null && clip.value() != null) {
            float limit = clip.value().floatValue();
            g[i] = Math.min(Math.max(g[i], -limit), limit);
          }
        }
      }
    }
  }

  /** The exact sum over groups of sixteen, each added in four strands. */
  private static BigDecimal squares(float[] g, int from, int end) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int group = from; group < end; group += 16) {
      double[] strands = new double[4];
      for (int i = group; i < Math.min(group + 16, end); i++) {
        strands[(i - group) % 4] += (double) g[i] * g[i];
      }
      sum = sum.add(new BigDecimal((strands[0] + strands[1]) + (strands[2] + strands[3])));
    }
    return sum;
  }

  private void step(int from, int end, float[] g, double rate, long step) {
    Optimizer optimizer = problem.optimizer();
    if (optimizer instanceof Sgd sgd) {
      for (int i = from; i < end; i++) {
        first[i] = (float) sgd.momentum() * first[i] + g[i];
        x[i] -= (float) rate * first[i];
      }
    } else if (optimizer instanceof Adam adam) {
      moments(from, end, g, adam.beta1(), adam.beta2());
      float corrected = (float) (rate / (1 - StrictMath.pow(adam.beta1(), (double) step)));
      float correction = (float) (1 / (1 - StrictMath.pow(adam.beta2(), (double) step)));
      for (int i = from; i < end; i++) {
        float root = (float) Math.sqrt(second[i] * correction);
        x[i] -= corrected * first[i] / (root + (float) adam.epsilon());
      }
    } else if (optimizer instanceof Lamb lamb) {
      moments(from, end, g, lamb.beta1(), lamb.beta2());
      lamb(from, end, lamb, rate, step);
    } else {
      throw new IllegalArgumentException("no plain form of " + optimizer);
    }
  }

  private void moments(int from, int end, float[] g, double beta1, double beta2) {
    for (int i = from; i < end; i++) {
      first[i] = (float) beta1 * first[i] + (float) (1 - beta1) * g[i];
      second[i] = (float) beta2 * second[i] + (float) (1 - beta2) * g[i] * g[i];
    }
  }

  private void lamb(int from, int end, Lamb lamb, double rate, long step) {
    float ofMean = (float) (1 / (1 - StrictMath.pow(lamb.beta1(), (double) step)));
    float ofSquare = (float) (1 / (1 - StrictMath.pow(lamb.beta2(), (double) step)));
    float[] u = new float[end];
    for (int i = from; i < end; i++) {
      float root = (float) Math.sqrt(second[i] * ofSquare);
      u[i] =
          first[i] * ofMean / (root + (float) lamb.epsilon()) + (float) lamb.weightDecay() * x[i];
    }
    double ofParameters = Math.sqrt(squares(x, from, end).doubleValue());
    double ofDirection = Math.sqrt(squares(u, from, end).doubleValue());
    boolean both = ofParameters > 0 && ofDirection > 0;
    float length = (float) (rate * (both ? ofParameters / ofDirection : 1));
    for (int i = from; i < end; i++) {
      x[i] -= length * u[i];
    }
  }

  private void constrain(Segment.Trained segment, MaxNorm max) {
    int units = segment.units();
    for (int unit = 0; unit < units; unit++) {
      double sum = 0;
      for (int i = unit; i < segment.length(); i += units) {
        sum += (double) x[segment.from() + i] * x[segment.from() + i];
      }
      double norm = Math.sqrt(sum);
      for (int i = unit; i < segment.length(); i += units) {
        x[segment.from() + i] *= (float) (norm > max.limit() ? max.limit() / norm : 1);
      }
    }
  }
}
