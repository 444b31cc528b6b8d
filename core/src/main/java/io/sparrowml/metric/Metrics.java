package io.sparrowml.metric;

import io.sparrowml.config.Catalog;

/** The metrics by the names that configurations use. */
public final class Metrics {
  /** All of them. */
  public static final Catalog<Metric> CATALOG =
      new Catalog<>(Metric.class, "metric")
          .add("loss", MeanLoss.class)
          .add("accuracy", Accuracy.class)
          .add("top-k", TopK.class)
          .add("precision", Precision.class)
          .add("recall", Recall.class)
          .add("f1", F1.class)
          .add("confusion-matrix", ConfusionMatrix.class)
          .add("auc", Auc.class)
          .add("average-precision", AveragePrecision.class)
          .add("log-loss", LogLoss.class)
          .add("calibration-error", CalibrationError.class)
          .add("mean-squared-error", MeanSquaredError.class)
          .add("root-mean-squared-error", RootMeanSquaredError.class)
          .add("mean-absolute-error", MeanAbsoluteError.class)
          .add("mean-absolute-percentage-error", MeanAbsolutePercentageError.class)
          .add("r2", R2.class)
          .add("quantile-loss", QuantileLoss.class);

  private Metrics() {}
}
