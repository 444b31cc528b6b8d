package io.sparrowml.spark.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.TransportConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSettingsTest {
  @TempDir static Path keys;

  private static SparkConf conf() {
    return new SparkConf(false).set("spark.authenticate", "true");
  }

  @Test
  void aesGcmIsRefused() {
    SparkConf conf =
        conf()
            .set("spark.network.crypto.enabled", "true")
            .set("spark.network.crypto.cipher", "AES/GCM/NoPadding");

    assertThatThrownBy(() -> SparkSettings.of(conf))
        .isInstanceOf(TransportException.class)
        .hasMessage(
            "transport: spark.network.crypto.cipher expects AES/CTR/NoPadding, got"
                + " AES/GCM/NoPadding, which loses messages in Spark (SPARK-56227); set"
                + " AES/CTR/NoPadding, or use spark.ssl.rpc.enabled instead");
  }

  @Test
  void saslEncryptionIsRefused() {
    for (String key :
        new String[] {
          "spark.authenticate.enableSaslEncryption", "spark.network.sasl.serverAlwaysEncrypt"
        }) {
      assertThatThrownBy(() -> SparkSettings.of(conf().set(key, "true")))
          .isInstanceOf(TransportException.class)
          .hasMessage(
              "transport: "
                  + key
                  + " expects false, got true: SASL's ciphers are outdated and too slow for"
                  + " tensors; set spark.network.crypto.enabled or spark.ssl.rpc.enabled instead");
    }
  }

  @Test
  void anEncryptedConnectionCannotFallBackToAPlainOne() {
    TransportConf settings = SparkSettings.of(conf().set("spark.network.crypto.enabled", "true"));

    assertThat(settings.encryptionEnabled()).isTrue();
    assertThat(settings.saslFallback()).isFalse();
  }

  @Test
  void underTlsNothingIsEncryptedTwice() throws Exception {
    TransportConf settings =
        SparkSettings.of(
            Mode.TLS
                .conf(keys)
                .set("spark.network.crypto.enabled", "true")
                .set("spark.authenticate.enableSaslEncryption", "true"));

    assertThat(settings.sslRpcEnabled()).isTrue();
    assertThat(settings.encryptionEnabled()).isFalse();
    assertThat(settings.saslEncryption()).isFalse();
  }

  @Test
  void theClustersSettingsStayAsTheyAre() {
    SparkConf conf = conf().set("spark.network.crypto.enabled", "true");

    SparkSettings.of(conf);

    assertThat(conf.getAll()).hasSize(2);
  }
}
