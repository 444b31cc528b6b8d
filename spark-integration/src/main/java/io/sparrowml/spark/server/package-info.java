/**
 * The parameter server's logic: the fixed tree along which gradients are added, and the shards that
 * hold the parameters.
 *
 * <p>Read {@link io.sparrowml.spark.server.FixedTree} first, then {@link
 * io.sparrowml.spark.server.Shard}. Nothing here knows threads, sockets or clocks. Imports {@code
 * wire} and core's {@code optimizer}, {@code memory} and {@code tensor}.
 */
@NullMarked
package io.sparrowml.spark.server;

import org.jspecify.annotations.NullMarked;
