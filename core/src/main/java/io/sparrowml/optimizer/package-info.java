/**
 * Update rules, one record each, over slices of memory: the shard servers run them too.
 *
 * <p>Read {@link io.sparrowml.optimizer.Adam} first. Imports {@code tensor} and {@code config}.
 */
@NullMarked
package io.sparrowml.optimizer;

import org.jspecify.annotations.NullMarked;
