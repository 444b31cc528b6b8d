package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/**
 * Matrix products whose factors are rounded to bfloat16 first.
 *
 * @param of the products, with their arguments
 */
record HalfProduct(Recipe.Product of) implements Recipe {
  @Override
  public long work() {
    return of.work();
  }

  @Override
  public Compiled make(engine cpu) {
    int batches = of.batches();
    try (memory.desc left = of.a().floats(batches);
        memory.desc right = of.b().floats(batches);
        memory.desc halfLeft = of.a().halves(batches);
        memory.desc halfRight =
            batches == 1 ? of.b().anyhow(memory.data_type.bf16) : of.b().halves(batches);
        memory.desc result = Layout.rowMajor(of.a().rows(), of.b().columns()).floats(batches);
        matmul.primitive_desc plan = of.plan(cpu, halfLeft, halfRight, result);
        memory.desc chosen = plan.weights_desc()) {
      Primitive main =
          of.epilogue()
              .operands(
                  new Primitive(new matmul(plan), cpu)
                      .takes(DNNL_ARG_SRC, halfLeft)
                      .takes(DNNL_ARG_WEIGHTS, chosen)
                      .takes(DNNL_ARG_DST, result));
      return Stages.rounding(cpu, main, main.arguments(), left, halfLeft, right, chosen);
    }
  }
}
