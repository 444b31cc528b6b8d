/**
 * Programs to start from: {@link io.sparrowml.examples.DefineByRun} trains with core alone, {@link
 * io.sparrowml.examples.TrainOnSpark} on a cluster; {@code own} has kinds of one's own.
 */
@NullMarked
package io.sparrowml.examples;

import org.jspecify.annotations.NullMarked;
