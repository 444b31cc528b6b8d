package io.sparrowml.train;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;

/** In how many bytes gradients travel. Statistics of batch normalization are not touched. */
public sealed interface Compression {
  /** As they are, in float32. */
  record None() implements Compression {}

  /**
   * The sum of each subtree of logical workers is rounded to the nearest bfloat16, to even ones of
   * two: 8 bits of precision, the range of float32.
   */
  record Bfloat16() implements Compression {}

  /**
   * The same with float16: 11 bits of precision, and what is beyond 65,504 is infinite, which ends
   * the training.
   */
  record Float16() implements Compression {}

  /**
   * Each worker rounds the sum of its gradient and of what was rounded away before to whole numbers
   * from -127 to 127, times a power of two for every 256 neighbours (error feedback: Seide et al.,
   * 2014; Karimireddy et al., 2019).
   */
  record Int8() implements Compression {}

  /**
   * Each worker keeps back all but the largest numbers of the sum of its gradient and of what it
   * kept back before (Aji and Heafield, 2017; Stich et al., 2018).
   *
   * @param share of the numbers that travel, above 0 and at most 0.5; 0.1 unless given
   */
  record TopK(@Default("0.1") double share) implements Compression {
    /** Checks the range. */
    public TopK {
      if (!(share > 0 && share <= 0.5)) {
        throw new ConfigException("share: expects a number above 0 and at most 0.5, got " + share);
      }
    }
  }

  /** Whether workers keep something for their next steps. */
  default boolean keepsBack() {
    return this instanceof Int8 || this instanceof TopK;
  }

  /** Whether gradients travel as they are. */
  default boolean isNone() {
    return this instanceof None;
  }
}
