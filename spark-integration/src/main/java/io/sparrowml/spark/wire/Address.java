package io.sparrowml.spark.wire;

import java.util.Objects;

/**
 * Where somebody listens.
 *
 * @param host name or IP address
 * @param port TCP port
 */
public record Address(String host, int port) {

  public Address {
    Objects.requireNonNull(host, "host");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
