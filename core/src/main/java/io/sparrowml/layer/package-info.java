/**
 * Layers: records of hyper-parameters that hold no numbers.
 *
 * <p>Read {@link io.sparrowml.layer.Dense} first. Imports {@code op}, {@code tensor}, {@code
 * initializer} and {@code config}.
 */
@NullMarked
package io.sparrowml.layer;

import org.jspecify.annotations.NullMarked;
