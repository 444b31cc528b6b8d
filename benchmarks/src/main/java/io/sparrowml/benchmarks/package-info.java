/**
 * What {@code benchmarks/compare} times of Sparrow, each a program that prints one number.
 *
 * <p>Read {@link io.sparrowml.benchmarks.TrainingRate} first. The packages within hold JMH
 * benchmarks and mirror Sparrow's own.
 */
@NullMarked
package io.sparrowml.benchmarks;

import org.jspecify.annotations.NullMarked;
