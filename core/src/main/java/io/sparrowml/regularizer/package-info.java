/**
 * Penalties and limits on the size of parameters, one record each.
 *
 * <p>Read {@link io.sparrowml.regularizer.Regularizer} first. Imports {@code config} alone.
 */
@NullMarked
package io.sparrowml.regularizer;

import org.jspecify.annotations.NullMarked;
