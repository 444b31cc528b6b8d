package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;

/**
 * A part of batch normalization of {@code x [rows, channels]}.
 *
 * @param part moments, with a copy of the rows nobody needs: {@code x, mean, variance, unused};
 *     normalization: {@code x, mean, variance, scale, shift, y}; sums of {@code dy z} and of {@code
 *     dy}: {@code x, mean, variance, scale, dy, unused, sums, sums}
 * @param epsilon what is added to the variance
 */
record NormalizationRecipe(Part part, int rows, int channels, float epsilon) implements Recipe {
  private static final int GIVEN = dnnl_use_global_stats | dnnl_use_scale | dnnl_use_shift;

  /** What is computed. */
  enum Part {
    MOMENTS,
    NORMALIZE,
    SUMS
  }

  /** Moments and sums are sums of whole columns, which more threads would cut. */
  @Override
  public long work() {
    return part == Part.NORMALIZE ? (long) rows * channels : 0;
  }

  @Override
  public Compiled make(engine cpu) {
    try (memory.desc x = Images.floats(1, rows, 1, channels)) {
      return switch (part) {
        case MOMENTS -> moments(cpu, x);
        case NORMALIZE -> normalize(cpu, x);
        case SUMS -> sums(cpu, x);
      };
    }
  }

  private batch_normalization_forward.primitive_desc forward(engine cpu, memory.desc x, int flags) {
    return new batch_normalization_forward.primitive_desc(
        cpu, dnnl_forward_training, x, x, epsilon, flags);
  }

  private Primitive moments(engine cpu, memory.desc x) {
    try (batch_normalization_forward.primitive_desc plan = forward(cpu, x, 0);
        memory.desc statistic = plan.mean_desc()) {
      return new Primitive(new batch_normalization_forward(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_MEAN, statistic)
          .takes(DNNL_ARG_VARIANCE, statistic)
          .takes(DNNL_ARG_DST, x);
    }
  }

  private Primitive normalize(engine cpu, memory.desc x) {
    try (batch_normalization_forward.primitive_desc plan = forward(cpu, x, GIVEN);
        memory.desc statistic = plan.mean_desc();
        memory.desc weights = plan.weights_desc()) {
      return new Primitive(new batch_normalization_forward(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_MEAN, statistic)
          .takes(DNNL_ARG_VARIANCE, statistic)
          .takes(DNNL_ARG_SCALE, weights)
          .takes(DNNL_ARG_SHIFT, weights)
          .takes(DNNL_ARG_DST, x);
    }
  }

  private Primitive sums(engine cpu, memory.desc x) {
    try (batch_normalization_forward.primitive_desc forward = forward(cpu, x, GIVEN);
        batch_normalization_backward.primitive_desc plan =
            new batch_normalization_backward.primitive_desc(
                cpu, dnnl_backward, x, x, x, epsilon, GIVEN, forward);
        memory.desc statistic = plan.mean_desc();
        memory.desc weights = plan.weights_desc();
        memory.desc sums = plan.diff_weights_desc()) {
      return new Primitive(new batch_normalization_backward(plan), cpu)
          .takes(DNNL_ARG_SRC, x)
          .takes(DNNL_ARG_MEAN, statistic)
          .takes(DNNL_ARG_VARIANCE, statistic)
          .takes(DNNL_ARG_SCALE, weights)
          .takes(DNNL_ARG_DIFF_DST, x)
          .takes(DNNL_ARG_DIFF_SRC, x)
          .takes(DNNL_ARG_DIFF_SCALE, sums)
          .takes(DNNL_ARG_DIFF_SHIFT, sums);
    }
  }
}
