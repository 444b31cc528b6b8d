package io.sparrowml.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;

/**
 * Primitives that run one after the other, with memory of their own for what they hand on. The
 * addresses of their arguments are those that they are run with, and behind these those of the own
 * memory.
 */
final class Stages implements Compiled {
  private final int arguments;
  private final List<Stage> stages = new ArrayList<>();
  private final List<memory> own = new ArrayList<>();
  private long[] all;

  /** A primitive with the places of its arguments among all addresses. */
  private static final class Stage {
    private final Primitive primitive;
    private final int[] places;
    private final long[] addresses;

    Stage(Primitive primitive, int[] places) {
      this.primitive = primitive;
      this.places = places;
      this.addresses = new long[places.length];
    }

    void run(dnnl_stream stream, long[] all) {
      for (int i = 0; i < places.length; i++) {
        addresses[i] = all[places[i]];
      }
      primitive.run(stream, addresses);
    }
  }

  /**
   * No stages yet.
   *
   * @param arguments how many addresses they are run with
   */
  Stages(int arguments) {
    this.arguments = arguments;
    this.all = new long[arguments];
  }

  /**
   * A primitive whose first two arguments are rounded before it runs, into memory of its own.
   *
   * @param first how the first argument comes
   * @param halfFirst how the primitive takes it
   * @param second how the second argument comes
   * @param halfSecond how the primitive takes it
   */
  static Stages rounding(
      engine cpu,
      Primitive main,
      memory.desc first,
      memory.desc halfFirst,
      memory.desc second,
      memory.desc halfSecond) {
    Stages stages = new Stages(main.arguments());
    int ownFirst = stages.own(cpu, halfFirst);
    int ownSecond = stages.own(cpu, halfSecond);
    int[] places = IntStream.range(0, main.arguments()).toArray();
    places[0] = ownFirst;
    places[1] = ownSecond;
    return stages
        .add(Weighted.copy(cpu, first, halfFirst), 0, ownFirst)
        .add(Weighted.copy(cpu, second, halfSecond), 1, ownSecond)
        .add(main, places);
  }

  /** Adds memory of their own and gives its place among the addresses. */
  int own(engine cpu, memory.desc layout) {
    own.add(new memory(layout, cpu));
    all = new long[arguments + own.size()];
    for (int i = 0; i < own.size(); i++) {
      all[arguments + i] = own.get(i).get_data_handle().address();
    }
    return all.length - 1;
  }

  /** Adds a stage behind the others, with the places of its arguments. */
  Stages add(Primitive primitive, int... places) {
    stages.add(new Stage(primitive, places.clone()));
    return this;
  }

  @Override
  public void run(dnnl_stream stream, long... addresses) {
    System.arraycopy(addresses, 0, all, 0, arguments);
    for (int s = 0; s < stages.size(); s++) {
      stages.get(s).run(stream, all);
    }
  }

  @Override
  public void close() {
    stages.forEach(stage -> stage.primitive.close());
    own.forEach(memory::close);
  }
}
