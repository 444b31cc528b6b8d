/**
 * A network, its description in JSON and its weights on disk.
 *
 * <p>Read {@link io.sparrowml.model.Network} first. Imports {@code layer}, {@code loss}, {@code
 * data}, {@code autograd}, {@code op}, {@code initializer}, {@code tensor} and {@code config}.
 */
@NullMarked
package io.sparrowml.model;

import org.jspecify.annotations.NullMarked;
