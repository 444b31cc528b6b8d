package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false).set("spark.app.id", "test");
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }

  @Test
  void driversAndExecutorsHaveThePortsOfBlockTransfer() {
    SparkConf both =
        conf(
            "spark.blockManager.port", "7000",
            "spark.driver.blockManager.port", "8000",
            "spark.driver.bindAddress", "10.0.0.1",
            "spark.port.maxRetries", "3");
    assertThat(Ports.of(both.clone().set("spark.executor.id", "driver")))
        .isEqualTo(new Ports(8000, 4, "spark.driver.blockManager.port", "10.0.0.1"));
    assertThat(Ports.of(both.clone().set("spark.executor.id", "1")))
        .isEqualTo(new Ports(7000, 4, "spark.blockManager.port", ""));
    assertThat(Ports.of(conf("spark.blockManager.port", "7000", "spark.executor.id", "driver")))
        .isEqualTo(new Ports(7000, 17, "spark.blockManager.port", ""));
    assertThat(Ports.of(conf())).isEqualTo(new Ports(0, 17, "spark.blockManager.port", ""));
  }

  @Test
  void aPortThatIsNoneIsAnError() {
    assertThatThrownBy(() -> Ports.of(conf("spark.blockManager.port", "70000")))
        .isInstanceOf(TransportException.class)
        .hasMessage("transport: spark.blockManager.port expects a port up to 65535, got 70000");
  }

  @Test
  void anAddressThatIsNotHereIsNotTakenForATakenPort() {
    SparkConf elsewhere =
        conf(
            "spark.executor.id", "driver",
            "spark.driver.bindAddress", "192.0.2.1",
            "spark.blockManager.port", "41999");
    assertThatThrownBy(() -> new Peer(elsewhere)).hasMessageContaining("Cannot assign requested");
  }

  @Test
  void theFirstFreePortIsTakenAndWhereNoneIsTheSettingIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      String first = Integer.toString(port);
      try (Peer next = new Peer(conf("spark.blockManager.port", first))) {
        assertThat(next.transport().address().port()).isBetween(port + 1, port + 16);
      }
      SparkConf alone = conf("spark.blockManager.port", first, "spark.port.maxRetries", "0");
      assertThatThrownBy(() -> new Peer(alone))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              "transport: spark.blockManager.port expects a free port from %d to %d, got none; raise spark.port.maxRetries, which is 0"
                  .formatted(port, port));
    }
  }
}
