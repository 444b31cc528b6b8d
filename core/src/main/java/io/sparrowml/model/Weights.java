package io.sparrowml.model;

import io.sparrowml.layer.Parameters;
import io.sparrowml.op.Engine;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a network: a flat vector and the layout that says what lies where.
 *
 * @param layout what lies where
 * @param flat {@code [layout.size()]}
 */
public record Weights(Layout layout, Tensor flat) {
  /** Checks the length. */
  public Weights {
    if (flat.size() != layout.size()) {
      throw new IllegalArgumentException(
          "weights expect " + layout.size() + " numbers, got " + flat.size());
    }
  }

  /** The parameters by name, sharing memory. */
  public Map<String, Tensor> named() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    layout.entries().forEach(entry -> named.put(entry.name(), entry.of(flat)));
    return named;
  }

  /** The parameters as leaves of an engine, in the layout's order. */
  public List<Value> leaves(Engine engine) {
    List<Value> leaves = new ArrayList<>();
    layout.entries().forEach(entry -> leaves.add(engine.leaf(entry.of(flat))));
    return leaves;
  }

  /** What hands those leaves to the layers. */
  public Parameters.Source source(List<Value> leaves) {
    return layout.source(leaves, new HashMap<>());
  }

  /** Writes the numbers as safetensors. */
  public void write(OutputStream out) throws IOException {
    Safetensors.write(named(), out);
  }

  /**
   * Reads the numbers from safetensors.
   *
   * @param where the file, as errors name it
   * @throws ModelException when the file is damaged or of another network
   */
  public void read(InputStream in, String where) throws IOException {
    flat.clear();
    Safetensors.read(in, where, named());
  }
}
