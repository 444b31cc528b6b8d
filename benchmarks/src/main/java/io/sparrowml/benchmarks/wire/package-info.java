/** JMH benchmarks of the frames, at the sizes of {@link io.sparrowml.benchmarks.Subject}. */
@NullMarked
package io.sparrowml.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
