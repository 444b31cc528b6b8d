/**
 * A training on a cluster: the coordinator on the driver, the nodes in the executors, the logical
 * workers that they host.
 *
 * <p>Read {@link io.sparrowml.spark.cluster.Training} first, then {@link
 * io.sparrowml.spark.cluster.Coordinator} and {@link io.sparrowml.spark.cluster.Replica}, which
 * hold the protocol and know neither threads nor sockets, then {@link
 * io.sparrowml.spark.cluster.Node}. Imports {@code server}, {@code transport}, {@code wire}, {@code
 * ingest}'s packed rows, core, and Spark.
 */
@NullMarked
package io.sparrowml.spark.cluster;

import org.jspecify.annotations.NullMarked;
