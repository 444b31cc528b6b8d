package io.sparrowml.spark.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;

/** The ways in which a cluster may protect its network. */
enum Mode {
  AUTHENTICATED,
  AES_CTR,
  TLS;

  private static final String PASSWORD = "password";

  /**
   * The cluster's settings.
   *
   * @param directory where a key store is made
   */
  SparkConf conf(Path directory) throws IOException, InterruptedException {
    SparkConf conf = new SparkConf(false).set("spark.app.id", "test");
    return switch (this) {
      case AUTHENTICATED -> conf;
      case AES_CTR ->
          conf.set("spark.authenticate", "true").set("spark.network.crypto.enabled", "true");
      case TLS -> {
        String store = keyStore(directory).toString();
        yield conf.set("spark.ssl.rpc.enabled", "true")
            .set("spark.ssl.rpc.protocol", "TLSv1.3")
            .set("spark.ssl.rpc.keyStore", store)
            .set("spark.ssl.rpc.keyStorePassword", PASSWORD)
            .set("spark.ssl.rpc.keyPassword", PASSWORD)
            .set("spark.ssl.rpc.trustStore", store)
            .set("spark.ssl.rpc.trustStorePassword", PASSWORD);
      }
    };
  }

  /** The handlers that an upgraded channel has. */
  List<String> handlers() {
    return switch (this) {
      case AUTHENTICATED -> List.of("sparrowLink");
      case AES_CTR -> List.of("CtrTransportDecryption", "CtrTransportEncryption", "sparrowLink");
      case TLS -> List.of("NettySslEncryptionHandler", "sparrowLink");
    };
  }

  private static Path keyStore(Path directory) throws IOException, InterruptedException {
    Path store = directory.resolve("keys.jks");
    if (!Files.exists(store)) {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keyalg",
                  "RSA",
                  "-storetype",
                  "JKS",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "san=ip:127.0.0.1",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  PASSWORD,
                  "-keypass",
                  PASSWORD)
              .redirectErrorStream(true)
              .start();
      String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IOException(output);
      }
    }
    return store;
  }
}
