package io.sparrowml.spark.transport;

import java.util.Locale;
import org.apache.spark.SSLOptions;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.util.TransportConf;
import scala.Option;

/** The cluster's network settings as our channels use them. */
final class SparkSettings {
  private static final String CRYPTO = "spark.network.crypto.enabled";
  private static final String SASL_ENCRYPTION = "spark.authenticate.enableSaslEncryption";
  private static final String SASL_ALWAYS = "spark.network.sasl.serverAlwaysEncrypt";
  private static final String MODULE = "sparrow";
  private static final int THREADS = 2;

  private SparkSettings() {}

  /**
   * Settings of Spark's transport: TLS if {@code spark.ssl.rpc.enabled}, else AES-CTR if {@code
   * spark.network.crypto.enabled}, else none; a peer cannot fall back to less. AES-CTR keeps
   * secrets but does not notice changed bytes, TLS does both.
   *
   * @throws TransportException for ciphers that do not work
   */
  static TransportConf of(SparkConf spark) {
    SparkConf conf = spark.clone().set("spark.network.crypto.saslFallback", "false");
    SSLOptions tls =
        new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3())
            .getRpcSSLOptions();
    if (tls.enabled()) {
      conf.set(CRYPTO, "false").set(SASL_ENCRYPTION, "false").set(SASL_ALWAYS, "false");
    }
    TransportConf settings =
        SparkTransportConf.fromSparkConf(conf, MODULE, THREADS, Option.empty(), Option.apply(tls));
    requireWorkingCipher(settings);
    return settings;
  }

  private static void requireWorkingCipher(TransportConf settings) {
    String cipher = settings.cipherTransformation();
    if (settings.encryptionEnabled() && cipher.toUpperCase(Locale.ROOT).contains("GCM")) {
      throw new TransportException(
          "transport: spark.network.crypto.cipher expects AES/CTR/NoPadding, got "
              + cipher
              + ", which loses messages in Spark (SPARK-56227); set AES/CTR/NoPadding, or use"
              + " spark.ssl.rpc.enabled instead");
    }
    if (!settings.encryptionEnabled()
        && (settings.saslEncryption() || settings.saslServerAlwaysEncrypt())) {
      throw new TransportException(
          "transport: "
              + (settings.saslEncryption() ? SASL_ENCRYPTION : SASL_ALWAYS)
              + " expects false, got true: SASL's ciphers are outdated and too slow for tensors;"
              + " set "
              + CRYPTO
              + " or spark.ssl.rpc.enabled instead");
    }
  }
}
