package io.sparrowml.spark.ml;

import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.metric.Metric;
import io.sparrowml.spark.ingest.Causes;
import io.sparrowml.spark.ingest.EncodedRows;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.train.Descriptions;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The metrics of a saved model over labelled rows, wherever they lie: the same bits on any cluster.
 */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Evaluates a model.
   *
   * @param rows encoded for this model
   * @return values by the metrics' names
   */
  public static Map<String, Double> of(
      JavaSparkContext context, SavedModel model, EncodedRows rows, List<Metric> metrics) {
    Broadcast<SavedModel> shared = context.broadcast(model);
    List<String> described = metrics.stream().map(Descriptions.MAPPER::writeJson).toList();
    RowFormat format = rows.format();
    try {
      List<long[][]> states =
          rows.chunks()
              .mapPartitions(
                  chunks ->
                      List.<long[][]>of(evaluate(shared.value(), format, described, chunks))
                          .iterator())
              .collect();
      long[][] total = metrics.stream().map(Metric::zero).toArray(long[][]::new);
      Map<String, Double> results = new LinkedHashMap<>();
      for (int i = 0; i < total.length; i++) {
        for (long[][] state : states) {
          metrics.get(i).merge(total[i], state[i]);
        }
        results.put(metrics.get(i).name(), metrics.get(i).result(total[i]));
      }
      return results;
    } catch (RuntimeException e) {
      throw Causes.unwrap(e);
    } finally {
      shared.destroy();
    }
  }

  private static long[][] evaluate(
      SavedModel model, RowFormat format, List<String> described, Iterator<byte[]> chunks) {
    List<Metric> metrics =
        described.stream().map(text -> Descriptions.MAPPER.readJson(text, Metric.class)).toList();
    long[][] states = metrics.stream().map(Metric::zero).toArray(long[][]::new);
    try (OpenModel open = new OpenModel(model, format)) {
      while (chunks.hasNext()) {
        PackedChunk chunk = new PackedChunk(chunks.next(), format);
        Rows rows = open.room(chunk.rows());
        chunk.copyTo(rows, 0);
        open.inference().evaluate(open.weights(), rows, metrics, states);
      }
    }
    return states;
  }
}
