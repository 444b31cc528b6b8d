/**
 * Kinds of one's own, in a jar of one's own: an operation and the activation that uses it, a layer
 * with a parameter, a loss, a metric and an optimizer. {@code docs/extending.md} walks through
 * them, {@code examples/own.yaml} trains with them.
 *
 * <p>Read {@link io.sparrowml.examples.own.Swish} first.
 */
@NullMarked
package io.sparrowml.examples.own;

import org.jspecify.annotations.NullMarked;
