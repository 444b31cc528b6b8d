/**
 * Whole trainings, timed: what {@code benchmarks/mlp} runs.
 *
 * <p>Read {@link io.sparrowml.benchmarks.MlpTraining} first. The packages within hold JMH
 * benchmarks and mirror Sparrow's own.
 */
@NullMarked
package io.sparrowml.benchmarks;

import org.jspecify.annotations.NullMarked;
