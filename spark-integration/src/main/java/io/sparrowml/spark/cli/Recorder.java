package io.sparrowml.spark.cli;

import io.sparrowml.model.Model;
import io.sparrowml.spark.cluster.TrainingListener;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.train.EpochRecord;
import io.sparrowml.train.StepProfile;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down how a training goes; what goes wrong with that is told after the training. */
final class Recorder implements TrainingListener {
  private final RunDirectory directory;
  private final Model model;
  private final @Nullable PrintStream profiles;
  private TrainingListener progress = TrainingListener.NONE;
  private volatile double firstStepSeconds;
  private volatile @Nullable IOException failure;

  /**
   * A recorder.
   *
   * @param directory where each epoch is written to, and the profile
   * @param model that is trained
   * @param profiles where the profile is shown; null for none
   */
  Recorder(RunDirectory directory, Model model, @Nullable PrintStream profiles) {
    this.directory = directory;
    this.model = model;
    this.profiles = profiles;
  }

  /** Whom all is told that is to be seen; to be said before the training. */
  void shownBy(TrainingListener listener) {
    progress = listener;
  }

  @Override
  public void begun(String members) {
    progress.begun(members);
  }

  @Override
  public void progressed(int epoch, long step, double loss) {
    if (firstStepSeconds == 0) {
      firstStepSeconds = secondsSinceStart();
    }
    progress.progressed(epoch, step, loss);
  }

  @Override
  public void ended(EpochRecord epoch) {
    progress.ended(epoch);
    try {
      directory.append(epoch);
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public void told(String line) {
    progress.told(line);
  }

  @Override
  public void notSaved(long step, String reason) {
    progress.notSaved(step, reason);
  }

  @Override
  public boolean profiles() {
    return profiles != null;
  }

  @Override
  public void profiled(StepProfile profile, List<Traffic> sent) {
    ProfileReport report = ProfileReport.of(profile, model, sent);
    if (profiles != null) {
      profiles.print(report);
    }
    try {
      directory.write("profile.json", report.toJson());
    } catch (IOException e) {
      failure = e;
    }
  }

  private static double secondsSinceStart() {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - start) / 1e3;
  }

  /** From the start of this JVM to the first step; 0 before that. */
  double firstStepSeconds() {
    return firstStepSeconds;
  }

  /** Throws what went wrong. */
  void check() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }
}
