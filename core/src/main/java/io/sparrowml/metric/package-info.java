/**
 * Measures of a model, whose states can be merged in any order.
 *
 * <p>Read {@link io.sparrowml.metric.Accuracy} first, then {@link io.sparrowml.metric.F1} for
 * several results, {@link io.sparrowml.metric.Auc} for a state that grows with the samples, and
 * {@link io.sparrowml.metric.MetricSet} for how they are used. Imports {@code tensor} and {@code
 * config}.
 */
@NullMarked
package io.sparrowml.metric;

import org.jspecify.annotations.NullMarked;
