/**
 * Descriptions of things by name, in JSON and YAML: {@code {"dense": {"units": 10}}} and the record
 * it stands for.
 *
 * <p>Read {@link io.sparrowml.config.ConfigMapper} first. Imports {@code tensor}, for shapes.
 */
@NullMarked
package io.sparrowml.config;

import org.jspecify.annotations.NullMarked;
