/** JMH benchmarks of the kernels, at the sizes of {@link io.sparrowml.benchmarks.Subject}. */
@NullMarked
package io.sparrowml.benchmarks.kernel;

import org.jspecify.annotations.NullMarked;
