/**
 * Saved models: on any Hadoop file system, evaluated and scoring on the cluster.
 *
 * <p>Read {@link io.sparrowml.spark.ml.SavedModel} first. Imports {@code cluster}, {@code ingest},
 * core and Spark SQL.
 */
@NullMarked
package io.sparrowml.spark.ml;

import org.jspecify.annotations.NullMarked;
