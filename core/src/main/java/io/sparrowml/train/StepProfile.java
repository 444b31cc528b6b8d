package io.sparrowml.train;

import io.sparrowml.autograd.Origin;
import io.sparrowml.autograd.Timings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the time of steps went, in nanoseconds, summed over compute slots.
 *
 * @param slots how many
 * @param steps that each took part in, summed
 * @param phases what the time was spent on
 * @param layers what forward and backward were spent on
 */
public record StepProfile(int slots, long steps, Map<Phase, Long> phases, List<LayerTime> layers) {
  /** The path of the loss, where layers are named. */
  public static final String LOSS = "loss";

  /**
   * The time of a layer.
   *
   * @param layer its path, such as {@code 3} or {@code 2/layers/0}; {@link #LOSS} for the loss
   */
  public record LayerTime(String layer, long forward, long backward) {
    private LayerTime plus(LayerTime other) {
      return new LayerTime(layer, forward + other.forward, backward + other.backward);
    }
  }

  /** Takes copies, the phases in their order. */
  public StepProfile {
    Map<Phase, Long> ordered = new EnumMap<>(Phase.class);
    ordered.putAll(phases);
    phases = Collections.unmodifiableMap(ordered);
    layers = List.copyOf(layers);
  }

  /** No slots at all. */
  public static StepProfile none() {
    return new StepProfile(0, 0, Map.of(), List.of());
  }

  /**
   * That of a slot.
   *
   * @param phases all but forward and backward, whose time is among {@link Phase#OTHER}
   * @param timings of forward and backward
   */
  public static StepProfile of(long steps, Map<Phase, Long> phases, Timings timings) {
    long forward = timings.total(false);
    long backward = timings.total(true);
    Map<Phase, Long> parted = new EnumMap<>(Phase.class);
    parted.putAll(phases);
    parted.put(Phase.FORWARD, forward);
    parted.put(Phase.BACKWARD, backward);
    parted.merge(Phase.OTHER, -forward - backward, Long::sum);
    List<LayerTime> layers = new ArrayList<>();
    for (Map.Entry<Origin, Long> each : timings.nanos().entrySet()) {
      Origin origin = each.getKey();
      long nanos = each.getValue();
      layers.add(
          origin.backward()
              ? new LayerTime(origin.layer(), 0, nanos)
              : new LayerTime(origin.layer(), nanos, 0));
    }
    return new StepProfile(1, steps, parted, merged(layers));
  }

  private static List<LayerTime> merged(List<LayerTime> layers) {
    Map<String, LayerTime> byPath = new LinkedHashMap<>();
    layers.forEach(layer -> byPath.merge(layer.layer, layer, LayerTime::plus));
    return new ArrayList<>(byPath.values());
  }

  /** That of these slots and others. */
  public StepProfile plus(StepProfile other) {
    Map<Phase, Long> sums = new LinkedHashMap<>(phases);
    other.phases.forEach((phase, nanos) -> sums.merge(phase, nanos, Long::sum));
    List<LayerTime> all = new ArrayList<>(layers);
    all.addAll(other.layers);
    return new StepProfile(slots + other.slots, steps + other.steps, sums, merged(all));
  }

  /** The milliseconds that a slot spends on a phase in a step, on average. */
  public double millis(Phase phase) {
    return millis(phases.getOrDefault(phase, 0L));
  }

  /** The milliseconds in a step, on average, of a time summed over slots and steps. */
  public double millis(long nanos) {
    return nanos / 1e6 / Math.max(1, steps);
  }

  /** The milliseconds that a step takes, on average. */
  public double millis() {
    return millis(phases.values().stream().mapToLong(Long::longValue).sum());
  }
}
