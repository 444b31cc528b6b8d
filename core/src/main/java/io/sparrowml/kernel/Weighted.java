package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * A recipe whose second argument are weights. Where these hold still they are packed once, which is
 * to say that they are laid out as oneDNN likes them best for the primitive.
 */
interface Weighted extends Recipe {
  /**
   * Makes the primitive.
   *
   * @param packed whether its weights come packed
   */
  Compiled make(engine cpu, boolean packed);

  @Override
  default Compiled make(engine cpu) {
    return make(cpu, false);
  }

  /** How the weights lie in a tensor, or null where they cannot be packed. */
  memory.@Nullable desc weights();

  /** How they lie packed. */
  memory.desc packed(engine cpu);

  /** A weighted primitive over packed weights. */
  record OverPacked(Weighted of) implements Recipe {
    @Override
    public long work() {
      return of.work();
    }

    @Override
    public Compiled make(engine cpu) {
      return of.make(cpu, true);
    }
  }

  /** Packs weights: {@code weights, packed}. */
  record Packing(Weighted of) implements Recipe {
    @Override
    public Compiled make(engine cpu) {
      try (memory.desc from = of.weights();
          memory.desc to = of.packed(cpu)) {
        if (from == null) {
          throw new KernelException("onednn expects weights that can be packed, got " + of);
        }
        return copy(cpu, from, to);
      }
    }
  }

  /** Copies numbers from one layout to another: {@code from, to}. */
  static Primitive copy(engine cpu, memory.desc from, memory.desc to) {
    try (reorder.primitive_desc plan = new reorder.primitive_desc(cpu, from, cpu, to)) {
      return new Primitive(new reorder(plan), cpu)
          .takes(DNNL_ARG_FROM, from)
          .takes(DNNL_ARG_TO, to);
    }
  }
}
