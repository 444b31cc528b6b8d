package io.sparrowml.metric;

import io.sparrowml.config.ConfigException;
import io.sparrowml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Metrics over the same samples, and their states: one array each, in the metrics' order.
 *
 * @param metrics with different names
 */
public record MetricSet(List<Metric> metrics) {
  /** Checks that no result is overwritten by another. */
  public MetricSet {
    metrics = List.copyOf(metrics);
    Map<String, Metric> byName = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      Metric other = byName.put(metric.name(), metric);
      if (other != null) {
        throw new ConfigException(
            "%s: expects to be measured in one way, got %s and %s"
                .formatted(metric.name(), other, metric));
      }
    }
  }

  /**
   * Refuses models that one of them cannot measure.
   *
   * @throws ConfigException naming the metric, what it expects and what the model does
   */
  public MetricSet check(Task task) {
    metrics.forEach(metric -> metric.check(task));
    return this;
  }

  /** States of no samples. */
  public long[][] zero() {
    return metrics.stream().map(Metric::zero).toArray(long[][]::new);
  }

  /**
   * Adds samples to the states, in place; as {@link Metric#add}.
   *
   * @param rows how many of the samples count
   */
  public void add(long[][] states, Tensor outputs, Tensor targets, Tensor losses, int rows) {
    for (int i = 0; i < states.length; i++) {
      states[i] = metrics.get(i).add(states[i], outputs, targets, losses, rows);
    }
  }

  /** Adds the other states to the first ones, in place, and returns those. */
  public long[][] merge(long[][] states, long[][] others) {
    for (int i = 0; i < states.length; i++) {
      states[i] = metrics.get(i).merge(states[i], others[i]);
    }
    return states;
  }

  /** The states in their shortest form, in which they should travel. */
  public long[][] compact(long[][] states) {
    return merge(zero(), states);
  }

  /** All results by name, in the metrics' order. */
  public Map<String, Double> results(long[][] states) {
    Map<String, Double> results = new LinkedHashMap<>();
    for (int i = 0; i < states.length; i++) {
      results.putAll(metrics.get(i).results(states[i]));
    }
    return results;
  }

  /** The names of all results for models that do this. */
  public List<String> names(Task task) {
    return metrics.stream().flatMap(metric -> metric.names(task).stream()).toList();
  }

  /** Whether this is the name of a metric, rather than one of its further results. */
  public boolean isMain(String name) {
    return metrics.stream().anyMatch(metric -> metric.name().equals(name));
  }

  /** Whether larger values of a result are better. */
  public boolean ascends(String name) {
    for (Metric metric : metrics) {
      if (name.equals(metric.name()) || name.startsWith(metric.name() + ".")) {
        return metric.ascends(name);
      }
    }
    throw new IllegalArgumentException("metric expects one that is measured, got '" + name + "'");
  }
}
