/**
 * How parameters start: a record each, with its paper and formula.
 *
 * <p>Read {@link io.sparrowml.initializer.HeNormal} first. Imports {@code tensor} and {@code
 * config}.
 */
@NullMarked
package io.sparrowml.initializer;

import org.jspecify.annotations.NullMarked;
