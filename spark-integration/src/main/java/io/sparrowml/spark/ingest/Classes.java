package io.sparrowml.spark.ingest;

import io.sparrowml.config.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The classes that labels stand for, and the index of each. */
final class Classes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final Map<String, Integer> indices = new HashMap<>();

  private Classes(List<String> names) {
    this.names = List.copyOf(names);
    for (int i = 0; i < names.size(); i++) {
      indices.put(names.get(i), i);
    }
  }

  /**
   * Classes of known names.
   *
   * @param configured further labels that mean them
   * @throws ConfigException when the configuration has other classes
   */
  static Classes of(List<String> names, @Nullable List<ClassValues> configured) {
    Classes classes = new Classes(names);
    if (configured != null) {
      List<String> given = configured.stream().map(ClassValues::name).toList();
      if (!given.equals(names)) {
        throw new ConfigException(
            "data.classes: expects the classes of the model, " + names + ", got " + given);
      }
      for (int i = 0; i < configured.size(); i++) {
        for (String value : configured.get(i).values()) {
          classes.indices.put(value, i);
        }
      }
    }
    return classes;
  }

  /** Classes as configured. */
  static Classes of(List<ClassValues> configured) {
    return of(configured.stream().map(ClassValues::name).toList(), configured);
  }

  /** The classes that the labels of the training rows show: sorted, as numbers if all are. */
  static Classes discovered(Collection<String> labels) {
    List<String> sorted = new ArrayList<>(labels);
    sorted.sort(Texts.CODE_POINTS);
    if (labels.stream().allMatch(label -> !Double.isNaN(Texts.number(label)))) {
      sorted.sort(Comparator.comparingDouble(Texts::number));
    }
    return new Classes(sorted);
  }

  /** The names, in the order of their indices. */
  List<String> names() {
    return names;
  }

  /** The index of the class that a label means, or -1. */
  int index(String label) {
    return indices.getOrDefault(label, -1);
  }
}
