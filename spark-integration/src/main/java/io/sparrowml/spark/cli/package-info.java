/**
 * The command line: the configuration file, the commands and the run directory.
 *
 * <p>Read {@link io.sparrowml.spark.cli.Sparrow} first, then {@link
 * io.sparrowml.spark.cli.RunConfig}. Imports {@code ml}, {@code cluster}, {@code ingest} and core.
 */
@NullMarked
package io.sparrowml.spark.cli;

import org.jspecify.annotations.NullMarked;
