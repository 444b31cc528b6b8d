/** JMH benchmarks of the update rules, at the sizes of {@link io.sparrowml.benchmarks.Subject}. */
@NullMarked
package io.sparrowml.benchmarks.optimizer;

import org.jspecify.annotations.NullMarked;
