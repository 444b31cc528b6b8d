/**
 * Dense, row-major arrays of numbers, and the random numbers they are filled with.
 *
 * <p>Read {@link io.sparrowml.tensor.Tensor} first. Imports {@code memory} alone. Images are {@code
 * [n, height, width, channels]}.
 */
@NullMarked
package io.sparrowml.tensor;

import org.jspecify.annotations.NullMarked;
