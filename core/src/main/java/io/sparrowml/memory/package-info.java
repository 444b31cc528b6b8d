/**
 * Off-heap memory: named, limited, leak-checked.
 *
 * <p>Read {@link io.sparrowml.memory.Arena} first. This is the one package of core that sees Arrow;
 * it imports no other package of Sparrow.
 */
@NullMarked
package io.sparrowml.memory;

import org.jspecify.annotations.NullMarked;
