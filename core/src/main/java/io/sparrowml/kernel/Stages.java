package io.sparrowml.kernel;

import java.util.ArrayList;
import java.util.Arrays;
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

  /** Native code with the places of its arguments among all addresses. */
  private static final class Stage {
    private final Compiled compiled;
    private final int[] places;
    private final long[] addresses;

    Stage(Compiled compiled, int[] places) {
      this.compiled = compiled;
      this.places = places;
      this.addresses = new long[places.length];
    }

    void run(dnnl_stream stream, long[] all) {
      for (int i = 0; i < places.length; i++) {
        addresses[i] = all[places[i]];
      }
      compiled.run(stream, addresses);
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
   * Native code whose first two arguments are rounded before it runs, into memory of its own.
   *
   * @param arguments how many it has
   * @param first how the first argument comes
   * @param halfFirst how it is taken
   * @param second how the second argument comes
   * @param halfSecond how it is taken
   */
  static Stages rounding(
      engine cpu,
      Compiled main,
      int arguments,
      memory.desc first,
      memory.desc halfFirst,
      memory.desc second,
      memory.desc halfSecond) {
    Stages stages = new Stages(arguments);
    int ownFirst = stages.own(cpu, halfFirst);
    int ownSecond = stages.own(cpu, halfSecond);
    int[] places = IntStream.range(0, arguments).toArray();
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
  Stages add(Compiled compiled, int... places) {
    stages.add(new Stage(compiled, places.clone()));
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
  public long[] bytes() {
    long[] bytes = new long[all.length];
    for (Stage stage : stages) {
      long[] ofStage = stage.compiled.bytes();
      for (int i = 0; i < ofStage.length; i++) {
        bytes[stage.places[i]] = ofStage[i];
      }
    }
    return Arrays.copyOf(bytes, arguments);
  }

  @Override
  public void close() {
    stages.forEach(stage -> stage.compiled.close());
    own.forEach(memory::close);
  }
}
