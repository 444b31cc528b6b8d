package io.sparrowml.spark.transport;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** Keeps every warning and error of ours, of Spark's network classes and of Netty. */
final class LogCapture implements AutoCloseable {
  private static final List<String> WATCHED =
      List.of("io.sparrowml", "org.apache.spark.network", "io.netty");

  private final BlockingQueue<LogEvent> events = new LinkedBlockingQueue<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final LoggerConfig root = context.getConfiguration().getRootLogger();
  private final Level level = root.getLevel();
  private final AbstractAppender appender =
      new AbstractAppender("capture", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          if (WATCHED.stream().anyMatch(event.getLoggerName()::startsWith)) {
            events.add(event.toImmutable());
          }
        }
      };

  LogCapture() {
    appender.start();
    root.addAppender(appender, Level.WARN, null);
    Configurator.setRootLevel(Level.WARN);
  }

  /** The next line, waited for. */
  String next() throws InterruptedException {
    LogEvent event = events.poll(Peer.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    if (event == null) {
      throw new AssertionError("nothing was logged");
    }
    return line(event);
  }

  /** The lines that nobody has asked for. */
  List<String> lines() {
    return events.stream().map(LogCapture::line).toList();
  }

  /** The message, with the exception where there is one. */
  private static String line(LogEvent event) {
    return event.getMessage().getFormattedMessage()
        + (event.getThrown() == null ? "" : " with " + event.getThrown());
  }

  @Override
  public void close() {
    root.removeAppender("capture");
    Configurator.setRootLevel(level);
  }
}
