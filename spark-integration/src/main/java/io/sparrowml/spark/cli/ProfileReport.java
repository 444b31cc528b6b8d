package io.sparrowml.spark.cli;

import io.sparrowml.config.ConfigMapper;
import io.sparrowml.layer.Layer;
import io.sparrowml.layer.Layers;
import io.sparrowml.loss.Losses;
import io.sparrowml.model.Model;
import io.sparrowml.spark.wire.Traffic;
import io.sparrowml.train.Phase;
import io.sparrowml.train.StepProfile;
import io.sparrowml.train.StepProfile.LayerTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a training's steps went: {@code profile.json}, and the tables of {@code
 * --profile}. All times are milliseconds in a step, the mean over steps and compute slots.
 *
 * @param slots compute slots
 * @param steps that each of them took part in
 * @param step how long a step took
 * @param phases what it was spent on
 * @param layers what forward and backward were spent on
 * @param sent by each executor over the network, in bytes of the whole training; none where there
 *     is one executor
 */
record ProfileReport(
    int slots,
    long steps,
    double step,
    Map<String, Double> phases,
    List<Row> layers,
    List<Traffic> sent) {
  /**
   * The time of a layer.
   *
   * @param layer its path
   * @param kind of layer
   */
  record Row(String layer, String kind, double forward, double backward) {}

  /** The report of a training. */
  static ProfileReport of(StepProfile profile, Model model, List<Traffic> sent) {
    Map<String, Double> phases = new LinkedHashMap<>();
    for (Phase phase : Phase.values()) {
      phases.put(phase.toString(), profile.millis(phase));
    }
    Map<String, LayerTime> times = new LinkedHashMap<>();
    profile.layers().forEach(time -> times.put(time.layer(), time));
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, Layer> part : model.network().parts().entrySet()) {
      String path = part.getKey();
      LayerTime time = times.remove(path);
      if (time != null || !path.contains("/")) { // what a layer consists of only if it takes time
        rows.add(row(profile, path, Layers.CATALOG.nameOf(part.getValue()), time));
      }
    }
    LayerTime loss = times.remove(StepProfile.LOSS);
    rows.add(row(profile, StepProfile.LOSS, Losses.CATALOG.nameOf(model.loss()), loss));
    times.forEach((path, time) -> rows.add(row(profile, path, "", time)));
    return new ProfileReport(
        profile.slots(),
        profile.steps() / Math.max(1, profile.slots()),
        profile.millis(),
        phases,
        rows,
        sent.size() > 1 ? sent : List.of());
  }

  private static Row row(StepProfile profile, String path, String kind, @Nullable LayerTime time) {
    return time == null
        ? new Row(path, kind, 0, 0)
        : new Row(path, kind, profile.millis(time.forward()), profile.millis(time.backward()));
  }

  /** The report in JSON. */
  String toJson() {
    return new ConfigMapper().writeJson(this) + "\n";
  }

  /** Both tables. */
  @Override
  public String toString() {
    Table byPhase = new Table().add("phase", "ms a step", "share");
    phases.forEach((phase, time) -> byPhase.add(phase, millis(time), share(time)));
    byPhase.add("all", millis(step), share(step));
    Table byLayer = new Table().add("layer", "kind", "forward ms", "backward ms", "share");
    for (Row row : layers) {
      byLayer.add(
          row.layer,
          row.kind,
          millis(row.forward),
          millis(row.backward),
          share(row.forward + row.backward));
    }
    return "%,d steps of %,d compute slots\n\n%s\n%s%s"
        .formatted(steps, slots, byPhase, byLayer, traffic());
  }

  private String traffic() {
    if (sent.isEmpty()) {
      return "";
    }
    Table table = new Table().add("sent a step", "gradients", "parameters", "other");
    for (int executor = 0; executor < sent.size(); executor++) {
      Traffic of = sent.get(executor);
      table.add(
          "executor " + (executor + 1),
          perStep(of.gradients()),
          perStep(of.parameters()),
          perStep(of.other()));
    }
    return "\n" + table;
  }

  private String perStep(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes / Math.max(1, steps));
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%,.3f", millis);
  }

  private String share(double millis) {
    return String.format(Locale.ROOT, "%.1f %%", step == 0 ? 0 : 100 * millis / step);
  }
}
