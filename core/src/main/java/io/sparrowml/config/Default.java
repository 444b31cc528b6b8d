package io.sparrowml.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a record's component where a configuration does not give it. A component without
 * this is required, unless it is nullable.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /**
   * The value as it would stand in the configuration: {@code 0.001}, {@code relu}, {@code true}.
   */
  String value();
}
