/**
 * The training step, what is remembered of each epoch, and what is decided from it.
 *
 * <p>Read {@link io.sparrowml.train.TrainingStep} first. Imports all packages of core.
 */
@NullMarked
package io.sparrowml.train;

import org.jspecify.annotations.NullMarked;
