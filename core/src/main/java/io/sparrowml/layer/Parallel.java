package io.sparrowml.layer;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.op.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Several branches from one input, brought together (Szegedy et al., <em>Going deeper with
 * convolutions</em>, 2015). Parameters are named {@code 1/0/kernel}: branch, layer, role. The mask
 * that goes on is that behind the first branch.
 *
 * @param branches at least one, each layers one after the other; one without layers is the identity
 * @param combine how they become one, {@code concatenate} unless given
 */
public record Parallel(List<List<Layer>> branches, @Default("concatenate") Combination combine)
    implements Layer {
  /** Checks that there are branches. */
  public Parallel {
    branches = branches.stream().map(List::copyOf).toList();
    if (branches.isEmpty()) {
      throw new ConfigException("branches: expects at least one branch, got none");
    }
  }

  @Override
  public Value apply(Value x, Parameters p) {
    Value mask = p.mask();
    Value after = null;
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      p.setMask(mask);
      outputs.add(Branch.of(Integer.toString(i), branches.get(i), x, p));
      after = i == 0 ? p.mask() : after;
    }
    p.setMask(after);
    return combine.of(outputs);
  }
}
