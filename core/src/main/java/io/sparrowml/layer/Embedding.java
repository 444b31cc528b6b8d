package io.sparrowml.layer;

import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.initializer.Initializer;
import io.sparrowml.initializer.XavierUniform;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;

/**
 * A learned vector for each word: the rows of a table at the ids, {@code [n, ...] -> [n, ...,
 * units]}. Ids are whole numbers in [0, vocabulary); another one ends the computation with an error
 * that names it.
 *
 * @param vocabulary how many words there are
 * @param units how long a vector is
 * @param maskZero whether id 0 is padding, which the layers after leave out: see {@link
 *     Parameters#mask}; the ids are {@code [n, t]} then; false unless given. The vector of id 0 is
 *     learned like the others, where it is used, as in Keras (PyTorch keeps it at zero)
 * @param table how {@code table [vocabulary, units]} starts, {@code xavier-uniform} unless given
 *     (PyTorch starts with the standard normal distribution, Keras uniform within 0.05)
 */
public record Embedding(
    int vocabulary,
    int units,
    @Default("false") boolean maskZero,
    @Default("xavier-uniform") Initializer table)
    implements Layer {

  /** Checks vocabulary and units. */
  public Embedding {
    Ranges.atLeastOne("vocabulary", vocabulary);
    Ranges.atLeastOne("units", units);
  }

  /** A layer without padding, with the default start. */
  public Embedding(int vocabulary, int units) {
    this(vocabulary, units, false, new XavierUniform());
  }

  @Override
  public Value apply(Value x, Parameters p) {
    if (maskZero && x.shape().rank() != 2) {
      throw new ShapeException("embedding with mask-zero expects ids [n, t], got " + x.shape());
    }
    p.setMask(maskZero ? isNotZero(x) : null);
    return p.get("table", Shape.of(vocabulary, units), table).gather(x);
  }

  /** {@code 1 - max(1 - id, 0)}. */
  private static Value isNotZero(Value ids) {
    return ids.scale(-1).shift(1).relu().scale(-1).shift(1);
  }
}
