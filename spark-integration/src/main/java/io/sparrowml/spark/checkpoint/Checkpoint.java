package io.sparrowml.spark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparrowml.config.ConfigException;
import io.sparrowml.train.EpochRecord;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a training stood after a step.
 *
 * @param step how many updates there had been
 * @param training what decides the result, in JSON
 * @param trainRows training rows of each logical worker
 * @param validationRows validation rows of each logical worker
 * @param history of the epochs that had ended
 * @param states what metrics had seen of the training rows of one that had not; empty where all had
 * @param parts together they hold the flat vector, in its order
 */
public record Checkpoint(
    long step,
    String training,
    List<Long> trainRows,
    List<Long> validationRows,
    List<EpochRecord> history,
    List<List<Long>> states,
    List<Part> parts) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Takes copies of the lists. */
  public Checkpoint {
    trainRows = List.copyOf(trainRows);
    validationRows = List.copyOf(validationRows);
    history = List.copyOf(history);
    states = states.stream().map(List::copyOf).toList();
    parts = List.copyOf(parts);
  }

  /** Where in a training that was, for messages. */
  public String place() {
    long ended = history.isEmpty() ? 0 : history.get(history.size() - 1).step();
    return ended == step && step > 0
        ? "the end of epoch " + history.size()
        : "in epoch " + (history.size() + 1);
  }

  /**
   * Checks that a training is the one that this is a checkpoint of.
   *
   * @throws ConfigException with what differs
   */
  public void check(String other, List<Long> otherTrainRows, List<Long> otherValidationRows) {
    String differs = difference("", tree(training), tree(other));
    if (differs == null && !trainRows.equals(otherTrainRows)) {
      differs = rows("training", trainRows, otherTrainRows);
    }
    if (differs == null && !validationRows.equals(otherValidationRows)) {
      differs = rows("validation", validationRows, otherValidationRows);
    }
    if (differs != null) {
      throw new ConfigException(
          "--resume: expects the training of the checkpoint, with %s; give it as it was, or begin anew without --resume"
              .formatted(differs));
    }
  }

  private static String rows(String kind, List<Long> expected, List<Long> got) {
    return "%,d %s rows in the same logical workers, got %,d"
        .formatted(sum(expected), kind, sum(got));
  }

  private static long sum(List<Long> rows) {
    return rows.stream().mapToLong(Long::longValue).sum();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CheckpointException("a checkpoint expects JSON, got " + json);
    }
  }

  /** The first key whose value differs, with both; null where there is none. */
  private static @Nullable String difference(String key, JsonNode expected, JsonNode got) {
    if (expected.equals(got)) {
      return null;
    }
    if (expected.isObject() && got.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      got.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String below = key.isEmpty() ? name : key + "." + name;
        String found = difference(below, expected.path(name), got.path(name));
        if (found != null) {
          return found;
        }
      }
    }
    if (expected.isArray() && got.isArray() && expected.size() == got.size()) {
      Iterator<JsonNode> others = got.elements();
      int index = 0;
      for (JsonNode each : expected) {
        String found = difference(key + "[" + index++ + "]", each, others.next());
        if (found != null) {
          return found;
        }
      }
    }
    return "%s %s, got %s".formatted(key, shown(expected), shown(got));
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "nothing" : node.toString();
  }
}
