package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layers that are connected by name, with any number of inputs and outputs. Each node is named, and
 * may take what stands before it; parameters are named {@code <node>/kernel}.
 *
 * <p>A node has the mask of the first that it takes and that has one; inputs have none.
 *
 * <p>As a layer of a network it takes one value: with one input that value itself, with several the
 * features {@code [n, all]} cut into them in their order. Its output is that of its one output, or
 * all of them, flattened, one behind the other.
 *
 * @param inputs the shapes of one sample by name
 * @param nodes in an order in which each comes after those that it takes
 * @param outputs names of nodes
 */
public record LayerGraph(Map<String, Shape> inputs, List<Node> nodes, List<String> outputs)
    implements Layer {

  /**
   * A layer with its place in the graph.
   *
   * @param name unique among nodes and inputs
   * @param from the inputs and nodes that it takes
   * @param combine how several of them become one, {@code concatenate} unless given
   * @param layer what is done then; nothing unless given
   */
  public record Node(
      String name,
      List<String> from,
      @Default("concatenate") Combination combine,
      @Nullable Layer layer) {
    /** Checks that it takes something. */
    public Node {
      from = List.copyOf(from);
      if (from.isEmpty()) {
        throw new ConfigException("from: expects at least one input or node, got none");
      }
    }

    private Value apply(Map<String, Value> known, Parameters p) {
      List<Value> taken = new ArrayList<>();
      for (String each : from) {
        Value value = known.get(each);
        if (value == null) {
          throw new IllegalArgumentException("graph expects an input '" + each + "', got none");
        }
        taken.add(value);
      }
      try {
        Value x = taken.size() == 1 ? taken.get(0) : combine.of(taken);
        return layer == null ? x : p.apply(name, layer, x);
      } catch (ShapeException e) {
        throw e.at(name);
      }
    }
  }

  /** Checks that all names are there, and each once. */
  public LayerGraph {
    inputs = new LinkedHashMap<>(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
    Set<String> known = new HashSet<>(inputs.keySet());
    for (Node node : nodes) {
      for (String each : node.from) {
        if (!known.contains(each)) {
          throw new ConfigException(
              "nodes: '%s' expects to take an input or a node before it, got '%s'"
                  .formatted(node.name, each));
        }
      }
      if (!known.add(node.name)) {
        throw new ConfigException("nodes: expects each name once, got '" + node.name + "' twice");
      }
    }
    if (inputs.isEmpty() || outputs.isEmpty() || !known.containsAll(outputs)) {
      throw new ConfigException(
          "outputs: expects at least one input, and names of nodes, got %s of %s"
              .formatted(outputs, known.stream().sorted().toList()));
    }
  }

  /**
   * The outputs by name, for whoever has several inputs or wants several outputs.
   *
   * @param given the inputs by name, {@code [n, ...]} each
   * @throws IllegalArgumentException when an input is missing
   */
  public Map<String, Value> apply(Map<String, Value> given, Parameters p) {
    Map<String, Value> known = new LinkedHashMap<>(given);
    Map<String, Value> masks = new HashMap<>();
    for (Node node : nodes) {
      p.setMask(
          node.from.stream().map(masks::get).filter(Objects::nonNull).findFirst().orElse(null));
      known.put(node.name, node.apply(known, p));
      if (p.mask() != null) {
        masks.put(node.name, p.mask());
      }
    }
    p.setMask(outputs.size() == 1 ? masks.get(outputs.get(0)) : null);
    known.keySet().retainAll(outputs);
    return known;
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Map<String, Value> results = apply(cut(x), p);
    if (outputs.size() == 1) {
      return results.values().iterator().next();
    }
    List<Value> flat = new ArrayList<>();
    for (String output : outputs) {
      flat.add(new Flatten().apply(results.getOrDefault(output, x), p));
    }
    return new Concatenate().of(flat);
  }

  private Map<String, Value> cut(Value x) {
    int n = x.shape().dim(0);
    long all = inputs.values().stream().mapToLong(Shape::size).sum();
    if (x.shape().from(1).size() != all) {
      throw new ShapeException(
          "graph expects [n, %d] for its inputs %s, got %s".formatted(all, inputs, x.shape()));
    }
    Value flat = x.reshape(Shape.of(n, Math.toIntExact(all)));
    Map<String, Value> parts = new LinkedHashMap<>();
    int from = 0;
    for (Map.Entry<String, Shape> input : inputs.entrySet()) {
      int width = Math.toIntExact(input.getValue().size());
      parts.put(
          input.getKey(), flat.slice(1, from, from + width).reshape(input.getValue().prepend(n)));
      from += width;
    }
    return parts;
  }
}
