package io.sparrowml.spark.ingest;

import io.sparrowml.data.Feature;
import io.sparrowml.data.Medians;
import io.sparrowml.data.Normalize;
import io.sparrowml.data.Preprocessing;
import io.sparrowml.data.RowFormat;
import io.sparrowml.data.Statistics;
import java.util.Iterator;
import java.util.List;

/**
 * Fits the preprocessing to packed training rows. Sums are of the rows of each logical worker in
 * their order, merged in the order of the workers, so their bits are the same on any cluster.
 */
final class Fitting {
  private final Shards train;
  private final DataConfig config;

  Fitting(Shards train, DataConfig config) {
    this.train = train;
    this.config = config;
  }

  /**
   * The preprocessing.
   *
   * @throws DataException when a column whose missing numbers are to be filled in has none at all
   */
  Preprocessing of(List<Feature> features) {
    Statistics statistics = statistics();
    Preprocessing fitted = Preprocessing.fit(features, config.normalize(), statistics);
    if (config.fillMissing().kind() != FillMissing.Kind.ERROR) {
      fitted = fitted.filling(numbers(features, statistics));
    }
    return config.normalizeLabel() == Normalize.NONE
        ? fitted
        : fitted.scalingLabels(config.normalizeLabel(), labels().summary(0));
  }

  /** What a missing value becomes, for each raw value. */
  private float[] numbers(List<Feature> features, Statistics statistics) {
    FillMissing how = config.fillMissing();
    float[] numbers = new float[statistics.columns()];
    Medians medians = how.kind() == FillMissing.Kind.MEDIAN ? medians(statistics) : null;
    int at = 0;
    for (Feature feature : features) {
      boolean measured = how.kind() != FillMissing.Kind.NUMBER;
      if (measured && statistics.summary(at).count() == 0) {
        throw new DataException(
            "data.train: column '%s' expects at least one number in the training rows, got none; leave it out with data.features"
                .formatted(feature.name()));
      }
      for (int i = 0; i < feature.rawWidth(); i++, at++) {
        numbers[at] =
            medians != null
                ? medians.of(at)
                : (float) (measured ? statistics.summary(at).mean() : how.number());
      }
    }
    return numbers;
  }

  private Statistics statistics() {
    RowFormat format = train.format();
    return train
        .chunks()
        .mapPartitions(part -> List.of(statistics(part, format)).iterator())
        .collect()
        .stream()
        .reduce(new Statistics(format.width()), Statistics::merge);
  }

  private static Statistics statistics(Iterator<byte[]> chunks, RowFormat format) {
    Statistics statistics = new Statistics(format.width());
    double[] row = new double[format.width()];
    while (chunks.hasNext()) {
      PackedChunk chunk = new PackedChunk(chunks.next(), format);
      for (int i = 0; i < chunk.rows(); i++) {
        chunk.row(i, row);
        statistics.add(row);
      }
    }
    return statistics;
  }

  private Statistics labels() {
    RowFormat format = train.format();
    return train
        .chunks()
        .mapPartitions(part -> List.of(labels(part, format)).iterator())
        .collect()
        .stream()
        .reduce(new Statistics(1), Statistics::merge);
  }

  private static Statistics labels(Iterator<byte[]> chunks, RowFormat format) {
    Statistics statistics = new Statistics(1);
    while (chunks.hasNext()) {
      PackedChunk chunk = new PackedChunk(chunks.next(), format);
      for (int i = 0; i < chunk.rows(); i++) {
        for (int j = 0; j < format.labels(); j++) {
          statistics.add(new double[] {chunk.label(i, j)});
        }
      }
    }
    return statistics;
  }

  private Medians medians(Statistics statistics) {
    RowFormat format = train.format();
    Medians medians = new Medians(statistics);
    for (int pass = 0; pass < Medians.PASSES; pass++) {
      long[] counts = medians.zero();
      train
          .chunks()
          .mapPartitions(part -> List.of(count(part, format, medians)).iterator())
          .collect()
          .forEach(
              each -> {
                for (int i = 0; i < counts.length; i++) {
                  counts[i] += each[i];
                }
              });
      medians.narrow(counts);
    }
    return medians;
  }

  private static long[] count(Iterator<byte[]> chunks, RowFormat format, Medians medians) {
    long[] counts = medians.zero();
    double[] row = new double[format.width()];
    while (chunks.hasNext()) {
      PackedChunk chunk = new PackedChunk(chunks.next(), format);
      for (int i = 0; i < chunk.rows(); i++) {
        chunk.row(i, row);
        medians.add(counts, row);
      }
    }
    return counts;
  }
}
