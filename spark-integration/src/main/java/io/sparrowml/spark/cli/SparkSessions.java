package io.sparrowml.spark.cli;

import io.sparrowml.spark.cluster.TaskThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** Spark, as spark-submit set it up, or embedded where nothing did. */
final class SparkSessions {
  private static final String MASTER = "spark.master";

  private SparkSessions() {}

  /** The context of this process, without a session, which takes a second more. */
  static JavaSparkContext context(String name) {
    return JavaSparkContext.fromSparkContext(SparkContext.getOrCreate(conf().setAppName(name)));
  }

  /** The session of this process. */
  static SparkSession open(String name) {
    // Named as what it is: the general builder takes another second to find that out.
    return org.apache.spark.sql.classic.SparkSession.builder()
        .config(conf())
        .appName(name)
        .getOrCreate();
  }

  /** Hadoop's settings, without starting Spark. */
  static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(conf());
  }

  /** All compute slots that the cluster has at this time. */
  static int slots(SparkContext context) {
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  private static SparkConf conf() {
    SparkConf conf = new SparkConf();
    // Without spark-submit nobody has read the defaults, which lie on the class path.
    if (!conf.contains("spark.submit.deployMode")) {
      Properties defaults = new Properties();
      try (InputStream in = ClassLoader.getSystemResourceAsStream("spark-defaults.conf")) {
        if (in != null) {
          defaults.load(in);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      defaults.forEach((key, value) -> conf.setIfMissing((String) key, ((String) value).strip()));
      conf.setIfMissing(MASTER, "local[*]");
    }
    return conf.setIfMissing("spark.ui.showConsoleProgress", "false")
        .setIfMissing("spark.executorEnv." + TaskThreads.WAIT_POLICY, TaskThreads.PASSIVE);
  }
}
