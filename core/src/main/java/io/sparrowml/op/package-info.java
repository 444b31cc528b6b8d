/**
 * The algebra that networks are written in: operations, the values they make, and the engine that
 * runs them.
 *
 * <p>Read {@link io.sparrowml.op.Op} first, then any operation. Imports {@code tensor} and {@code
 * kernel}.
 */
@NullMarked
package io.sparrowml.op;

import org.jspecify.annotations.NullMarked;
