package io.sparrowml.spark.cli;

import io.sparrowml.metric.MetricSet;
import io.sparrowml.spark.cluster.TrainingListener;
import io.sparrowml.train.EpochRecord;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a training goes: a line for each epoch, and on a terminal a bar within the epoch.
 *
 * <p>Safe for use by several threads.
 */
final class Progress implements TrainingListener, AutoCloseable {
  private final PrintStream lines;
  private final PrintStream bars;
  private final MetricSet measured;
  private final int width;
  private final int epochs;
  private final long stepsPerEpoch;
  private final long samplesPerEpoch;
  private @Nullable ProgressBar bar;

  /**
   * A display.
   *
   * @param lines where epochs are told of
   * @param bars where bars are drawn
   * @param measured whose main results are shown
   * @param width columns of the terminal that bars are drawn on, 0 where there is none
   */
  Progress(
      PrintStream lines,
      PrintStream bars,
      MetricSet measured,
      int width,
      int epochs,
      long stepsPerEpoch,
      long samplesPerEpoch) {
    this.lines = lines;
    this.bars = bars;
    this.measured = measured;
    this.width = width;
    this.epochs = epochs;
    this.stepsPerEpoch = stepsPerEpoch;
    this.samplesPerEpoch = samplesPerEpoch;
  }

  /**
   * The columns of the terminal on standard error as the launcher found them, 0 where it is none.
   */
  static int terminalWidth(Map<String, String> environment) {
    String width = environment.getOrDefault("SPARROW_TERMINAL_WIDTH", "");
    return width.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(width) : 0;
  }

  @Override
  public synchronized void begun(String members) {
    lines.println("training on " + members);
  }

  @Override
  public synchronized void progressed(int epoch, long step, double loss) {
    if (width == 0) {
      return;
    }
    if (bar == null) {
      bar = bar(epoch);
    }
    long done = step - (epoch - 1) * stepsPerEpoch;
    bar.stepTo(Math.min(samplesPerEpoch, done * samplesPerEpoch / stepsPerEpoch));
    bar.setExtraMessage(" step %d, loss %.4f".formatted(step, loss));
    bar.refresh();
  }

  private ProgressBar bar(int epoch) {
    return new ProgressBarBuilder()
        .setTaskName("epoch %d/%d".formatted(epoch, epochs))
        .setInitialMax(samplesPerEpoch)
        .setUnit("", 1)
        .showSpeed(new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(Integer.MAX_VALUE) // drawn with every call of progressed
        .clearDisplayOnFinish()
        .setConsumer(new ConsoleProgressBarConsumer(bars, width - 1))
        .build();
  }

  @Override
  public synchronized void ended(EpochRecord epoch) {
    close();
    lines.println(
        "epoch %d/%d  step %d  %s  %,.0f samples/s  %.1f s"
            .formatted(
                epoch.epoch(),
                epochs,
                epoch.step(),
                epoch.metrics().entrySet().stream()
                    .filter(metric -> measured.isMain(afterSplit(metric.getKey())))
                    .map(metric -> "%s %.4f".formatted(metric.getKey(), metric.getValue()))
                    .collect(Collectors.joining("  ")),
                epoch.samplesPerSecond(),
                epoch.seconds()));
  }

  @Override
  public synchronized void notSaved(long step, String reason) {
    told("no checkpoint of step %d: %s".formatted(step, reason));
  }

  @Override
  public synchronized void told(String line) {
    close();
    bars.printf("\rsparrow: %s%n", line); // the bar's own thread may end its line a little later
  }

  private static String afterSplit(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /** Takes the bar away. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
