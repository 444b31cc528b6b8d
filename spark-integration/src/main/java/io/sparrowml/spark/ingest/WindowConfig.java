package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a running text is cut into rows.
 *
 * @param context how many characters a row has
 * @param stride how many characters after one row the next begins; default: the context, so that
 *     rows do not overlap
 */
public record WindowConfig(Integer context, @Nullable Integer stride) implements Serializable {
  /** Checks the counts. */
  public WindowConfig {
    if (context == null || context < 1) {
      throw new ConfigException("context: expects at least 1 character, got " + context);
    }
    if (stride != null && stride < 1) {
      throw new ConfigException("stride: expects at least 1 character, got " + stride);
    }
  }

  /** How many characters after one row the next begins. */
  public int step() {
    return stride == null ? context : stride;
  }
}
