/**
 * Update rules, one record each, over slices of memory: the shard servers run them too. Schedules
 * of the learning rate, and clipping.
 *
 * <p>Read {@link io.sparrowml.optimizer.Adam} first, then {@link io.sparrowml.optimizer.Updater}.
 * Imports {@code tensor}, {@code regularizer} and {@code config}.
 */
@NullMarked
package io.sparrowml.optimizer;

import org.jspecify.annotations.NullMarked;
