/**
 * What a training needs to go on after its driver is gone, on any file system that Hadoop knows.
 *
 * <pre>
 *   DIRECTORY/step-0000000422/part-00000-1f0c2a9b.safetensors    a shard's numbers
 *                             part-00001-1f0c2a9b.safetensors
 *                             manifest                           what, and the digests of the parts
 * </pre>
 *
 * <p>The manifest is written last, under another name that is then changed: a checkpoint without
 * one does not exist. Its last line is the SHA-256 of the lines before.
 */
@NullMarked
package io.sparrowml.spark.checkpoint;

import org.jspecify.annotations.NullMarked;
