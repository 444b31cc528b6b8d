/**
 * Measures of a model, whose states can be merged in any order.
 *
 * <p>Read {@link io.sparrowml.metric.Accuracy} first. Imports {@code tensor} and {@code config}.
 */
@NullMarked
package io.sparrowml.metric;

import org.jspecify.annotations.NullMarked;
