package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;

import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The steps of a product or a convolution as oneDNN takes them. Where the first adds a number to
 * each channel, that is what oneDNN calls a bias, which costs less than a step.
 *
 * @param bias the extents of the bias; empty where there is none
 * @param steps behind it
 */
record Epilogue(List<Integer> bias, List<PostOp> steps) {

  /** That of matrix products with so many columns. */
  static Epilogue ofProduct(List<PostOp> then, int columns) {
    return !then.isEmpty() && then.get(0) instanceof PostOp.Pairwise first && first.isBias(columns)
        ? new Epilogue(first.dims(), then.subList(1, then.size()))
        : new Epilogue(List.of(), then);
  }

  /**
   * That of a convolution with so many filters. Without AVX-512, oneDNN's begin their sums with the
   * bias, which gives other bits than an addition behind them: there it stays a step.
   */
  static Epilogue ofConvolution(List<PostOp> then, int filters) {
    Epilogue asOfProduct =
        Processor.hasAvx512() ? ofProduct(then, filters) : new Epilogue(List.of(), then);
    return new Epilogue(
        asOfProduct.isBiased() ? List.of(filters) : List.of(),
        asOfProduct.steps.stream().map(PostOp::channelsLast).toList());
  }

  private boolean isBiased() {
    return !bias.isEmpty();
  }

  /** How the bias lies. */
  memory.desc layout() {
    return isBiased() ? PostOp.rowMajor(bias) : new memory.desc();
  }

  /** Attributes of a primitive that does the steps. */
  primitive_attr attributes() {
    return PostOp.attributes(steps);
  }

  /** Adds the bias and the steps' operands to the arguments of a primitive. */
  Primitive operands(Primitive primitive) {
    if (isBiased()) {
      try (memory.desc layout = layout()) {
        primitive.takes(DNNL_ARG_BIAS, layout);
      }
    }
    return PostOp.operands(steps, primitive);
  }
}
