package io.sparrowml.model;

import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.layer.Parameter;
import io.sparrowml.layer.Parameters;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter of a network lies in one flat vector: one after the other in the order of
 * their declaration, each aligned to 64 bytes, with zeros between.
 */
public final class Layout {
  private static final int ALIGNMENT = 16;

  private final Map<String, Entry> entries;
  private final List<Entry> inOrder;
  private final int size;

  /**
   * One parameter.
   *
   * @param parameter as its layer declared it
   * @param offset index of its first number in the flat vector
   */
  public record Entry(Parameter parameter, int offset) {
    /** Its name, such as {@code 1/kernel}. */
    public String name() {
      return parameter.path();
    }

    /** Its extents. */
    public Shape shape() {
      return parameter.shape();
    }

    /** How many numbers it has. */
    public int size() {
      return Math.toIntExact(shape().size());
    }

    /** Its part of a flat vector, sharing memory. */
    public Tensor of(Tensor flat) {
      return flat.slice(offset, size()).reshape(shape());
    }
  }

  private Layout(Map<String, Entry> entries, int size) {
    this.entries = entries;
    this.inOrder = List.copyOf(entries.values());
    this.size = size;
  }

  /**
   * The layout of a network's parameters, found by following shapes through its layers.
   *
   * @throws io.sparrowml.tensor.ShapeException when the layers do not fit together
   */
  public static Layout of(Network network) {
    Collector collector = new Collector();
    network.apply(collector.engine.leaf(network.input().prepend(1)), collector.parameters());
    return new Layout(collector.entries, collector.end);
  }

  /** Collects what layers declare. */
  private static final class Collector {
    private final ShapesOnly engine = new ShapesOnly();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private int end;

    Parameters parameters() {
      return Parameters.inference(this::declare);
    }

    private Value declare(Parameter parameter) {
      String path = parameter.path();
      Shape shape = parameter.shape();
      Entry entry = entries.get(path);
      if (entry == null) {
        entries.put(path, new Entry(parameter, end));
        end =
            Math.addExact(
                end, Math.toIntExact((shape.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT));
      } else if (!entry.shape().equals(shape)) {
        throw new IllegalStateException(
            "parameter "
                + path
                + " is declared twice, with shapes "
                + entry.shape()
                + " and "
                + shape);
      }
      return engine.leaf(shape);
    }
  }

  /** The parameters in their order. */
  public List<Entry> entries() {
    return inOrder;
  }

  /** A parameter by its name. */
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "no parameter '" + name + "', there are " + entries.keySet());
    }
    return entry;
  }

  /** The length of the flat vector, gaps included. */
  public int size() {
    return size;
  }

  /** How many parameters there are, gaps left out. */
  public long parameters() {
    return inOrder.stream().mapToLong(Entry::size).sum();
  }

  /** The name of the parameter that an index of the flat vector belongs to. */
  public String nameAt(int index) {
    String name = "";
    for (Entry entry : inOrder) {
      if (entry.offset <= index) {
        name = entry.name();
      }
    }
    return name;
  }

  /**
   * Fills a flat vector with the parameters' starting values.
   *
   * @param flat {@code [size]}
   * @param seed the training's seed: the same seed gives the same bits everywhere
   */
  public void initialize(Tensor flat, long seed) {
    flat.clear();
    RandomKey key = RandomKey.of(seed).with("initializer");
    for (Entry entry : inOrder) {
      entry.parameter.initializer().fill(entry.of(flat), key.with(entry.name()));
    }
  }

  /**
   * What hands leaves of an engine to the layers, and keeps what they observe.
   *
   * @param leaves one a parameter, in this order
   * @param observed batch statistics by the parameter's name, added to
   */
  public Parameters.Source source(List<Value> leaves, Map<String, Value> observed) {
    Map<String, Value> byName = new LinkedHashMap<>();
    for (int i = 0; i < inOrder.size(); i++) {
      byName.put(inOrder.get(i).name(), leaves.get(i));
    }
    return new Parameters.Source() {
      @Override
      public Value get(Parameter parameter) {
        Value leaf = byName.get(parameter.path());
        if (leaf == null) {
          throw new IllegalStateException(
              "parameter " + parameter.path() + " was not declared before");
        }
        return leaf;
      }

      @Override
      public void observe(String path, Value batch) {
        observed.put(path, batch);
      }
    };
  }
}
