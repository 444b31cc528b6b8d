package io.sparrowml.tensor;

/**
 * How kernels go over images.
 *
 * @param height along the images' height
 * @param width along the images' width
 * @param groups how many parts the channels are cut into, inputs and outputs alike: each part of
 *     the outputs sees its part of the inputs
 */
public record Convolution(Window height, Window width, int groups) {}
