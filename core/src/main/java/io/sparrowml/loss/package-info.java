/**
 * Cost functions: a record each, a number for every sample.
 *
 * <p>Read {@link io.sparrowml.loss.SoftmaxCrossEntropy} first. Imports {@code op}, {@code tensor}
 * and {@code config}.
 */
@NullMarked
package io.sparrowml.loss;

import org.jspecify.annotations.NullMarked;
