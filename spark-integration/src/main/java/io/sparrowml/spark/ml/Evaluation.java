package io.sparrowml.spark.ml;

import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Rows;
import io.sparrowml.metric.Metric;
import io.sparrowml.metric.MetricSet;
import io.sparrowml.model.Model;
import io.sparrowml.spark.ingest.Causes;
import io.sparrowml.spark.ingest.EncodedRows;
import io.sparrowml.spark.ingest.PackedChunk;
import io.sparrowml.train.Descriptions;
import io.sparrowml.train.Tasks;
import java.util.Iterator;
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
   * @return results by name, in the metrics' order
   * @throws io.sparrowml.config.ConfigException when one of the metrics does not fit the model
   */
  public static Map<String, Double> of(
      JavaSparkContext context, SavedModel model, EncodedRows rows, List<Metric> metrics) {
    Model measured = model.model();
    MetricSet set =
        new MetricSet(metrics).check(Tasks.of(measured.loss(), measured.network().output()));
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
      long[][] total = set.zero();
      for (long[][] each : states) {
        total = set.merge(total, each);
      }
      return set.results(total);
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
    MetricSet set = new MetricSet(metrics);
    long[][] states = set.zero();
    try (OpenModel open = new OpenModel(model, format)) {
      while (chunks.hasNext()) {
        PackedChunk chunk = new PackedChunk(chunks.next(), format);
        Rows rows = open.room(chunk.rows());
        chunk.copyTo(rows, 0);
        open.inference().evaluate(rows, metrics, states);
      }
    }
    return set.compact(states);
  }
}
