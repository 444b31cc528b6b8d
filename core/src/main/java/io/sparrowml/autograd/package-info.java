/**
 * Engines, and gradients by the chain rule.
 *
 * <p>Read {@link io.sparrowml.autograd.Gradients} first: one short file that serves every engine.
 * Imports {@code op}, {@code tensor}, {@code kernel} and {@code memory}.
 */
@NullMarked
package io.sparrowml.autograd;

import org.jspecify.annotations.NullMarked;
