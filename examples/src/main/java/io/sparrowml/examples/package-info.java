/**
 * Programs to start from: {@link io.sparrowml.examples.DefineByRun} trains with core alone, {@link
 * io.sparrowml.examples.TrainOnSpark} on a cluster.
 */
@NullMarked
package io.sparrowml.examples;

import org.jspecify.annotations.NullMarked;
