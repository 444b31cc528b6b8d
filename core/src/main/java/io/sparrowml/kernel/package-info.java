/**
 * The computations that networks are made of, over tensors whose memory the caller owns.
 *
 * <p>Read {@link io.sparrowml.kernel.Kernels} first. Each computation exists twice: fast, in {@link
 * io.sparrowml.kernel.OneDnnKernels}, and plain, in {@link io.sparrowml.kernel.PlainKernels}, which
 * is what the fast one is tested against; {@link io.sparrowml.kernel.KernelProvider} opens the best
 * there is. Imports {@code memory} and {@code tensor}.
 */
@NullMarked
package io.sparrowml.kernel;

import org.jspecify.annotations.NullMarked;
