package io.sparrowml.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.Pointer;

/** An oneDNN primitive with its arguments: made once, then run over any addresses. */
final class Primitive implements Compiled {
  private static final int MOST_ARGUMENTS = 35;

  private final primitive compiled;
  private final dnnl_primitive handle;
  private final engine cpu;
  private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(MOST_ARGUMENTS);
  private final List<memory> memories = new ArrayList<>(MOST_ARGUMENTS);
  private final List<dnnl_memory> handles = new ArrayList<>(MOST_ARGUMENTS);
  private final List<Long> bytes = new ArrayList<>(MOST_ARGUMENTS);
  private final Address address = new Address();

  Primitive(primitive compiled, engine cpu) {
    this.compiled = compiled;
    this.handle = compiled.get();
    this.cpu = cpu;
  }

  /**
   * Adds an argument, behind those added before.
   *
   * @param argument one of oneDNN's {@code DNNL_ARG_*}
   */
  Primitive takes(int argument, memory.desc layout) {
    memory added = new memory(layout, cpu, (Pointer) null);
    arguments.position(memories.size()).arg(argument).memory(added.get());
    arguments.position(0);
    memories.add(added);
    handles.add(added.get());
    bytes.add(layout.get_size());
    return this;
  }

  /** How many arguments were added. */
  int arguments() {
    return memories.size();
  }

  /** Computes over arguments in the order in which they were added. */
  @Override
  public void run(dnnl_stream stream, long... addresses) {
    for (int i = 0; i < addresses.length; i++) {
      check(dnnl_memory_set_data_handle(handles.get(i), address.at(addresses[i])));
    }
    check(dnnl_primitive_execute(handle, stream, addresses.length, arguments));
  }

  @Override
  public long[] bytes() {
    return bytes.stream().mapToLong(Long::longValue).toArray();
  }

  /** Turns an oneDNN status that is not success into an exception. */
  static void check(int status) {
    if (status != 0) {
      throw new KernelException("onednn expects status 0, got " + status);
    }
  }

  @Override
  public void close() {
    arguments.close();
    memories.forEach(memory::close);
    compiled.close();
  }
}
