package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/**
 * Matrix products whose factors are rounded to bfloat16 first. They lie as before then: rounding
 * them into the layout that oneDNN likes best takes longer than the products gain.
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
        memory.desc halfRight = of.b().halves(batches);
        memory.desc result = Layout.rowMajor(of.a().rows(), of.b().columns()).floats(batches);
        matmul.primitive_desc plan = of.plan(cpu, halfLeft, halfRight, result)) {
      Primitive main =
          of.epilogue()
              .operands(
                  new Primitive(new matmul(plan), cpu)
                      .takes(DNNL_ARG_SRC, halfLeft)
                      .takes(DNNL_ARG_WEIGHTS, halfRight)
                      .takes(DNNL_ARG_DST, result));
      return Stages.rounding(cpu, main, main.arguments(), left, halfLeft, right, halfRight);
    }
  }
}
