/**
 * Rows of data on their way into a network: how they lie packed in memory, what is measured on them
 * before training, how they become inputs, and in which order an epoch visits them.
 *
 * <p>Read {@link io.sparrowml.data.Preprocessing} first, then {@link io.sparrowml.data.Batches}.
 * Imports {@code tensor} and {@code config}.
 */
@NullMarked
package io.sparrowml.data;

import org.jspecify.annotations.NullMarked;
