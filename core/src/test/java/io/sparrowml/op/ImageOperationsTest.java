package io.sparrowml.op;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparrowml.autograd.ShapesOnly;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.ShapeException;
import io.sparrowml.tensor.Window;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ImageOperationsTest {
  private static final Window THREE = Window.valid(3, 1, 1);

  private final ShapesOnly shapes = new ShapesOnly();

  private Value leaf(int... dims) {
    return shapes.leaf(Shape.of(dims));
  }

  @Test
  void convolutionsWantImagesAndAFittingKernel() {
    Convolution how = new Convolution(THREE, THREE, 2);
    assertRefused(
        () -> leaf(5, 8, 8).conv2d(leaf(3, 3, 4, 6), how),
        "conv2d expects [n, height, width, channels] and [3, 3, channels / 2, filters],"
            + " got [5, 8, 8] and [3, 3, 4, 6]");
    assertRefused(
        () -> leaf(5, 8, 8, 4).conv2d(leaf(3, 3, 4, 6), how),
        "conv2d expects [n, height, width, channels] and [3, 3, channels / 2, filters],"
            + " got [5, 8, 8, 4] and [3, 3, 4, 6]");
    assertRefused(
        () -> leaf(5, 8, 2, 8).conv2d(leaf(3, 3, 4, 6), how),
        "conv2d expects images of at least 3 x 3, got [5, 8, 2, 8];"
            + " take a smaller size, or padding");
  }

  @Test
  void gradientsOfConvolutionsWantWhatTheConvolutionMade() {
    Convolution how = new Convolution(THREE, THREE, 1);
    assertRefused(
        () -> leaf(5, 8, 8, 6).conv2dTranspose(leaf(3, 3, 4, 6), how, 8, 8),
        "conv2d input gradient expects [n, 6, 6, filters] and [3, 3, channels, filters],"
            + " got [5, 8, 8, 6] and [3, 3, 4, 6]");
    assertRefused(
        () -> shapes.apply(new Conv2dKernelGradient(how), List.of(leaf(5, 8, 8, 4), leaf(5, 7))),
        "conv2d kernel gradient expects [n, height, width, channels] and what"
            + " Convolution[height=Window[size=3, stride=1, dilation=1, before=0, after=0],"
            + " width=Window[size=3, stride=1, dilation=1, before=0, after=0], groups=1] made of"
            + " it, got [5, 8, 8, 4] and [5, 7]");
  }

  @Test
  void poolingWantsImagesThatItsWindowsReach() {
    assertRefused(
        () -> leaf(5, 8).maxPool2d(THREE, THREE),
        "max pool2d expects [n, height, width, channels], got [5, 8]");
    assertRefused(
        () -> leaf(5, 8, 2, 4).averagePool2d(THREE, THREE),
        "average pool2d expects windows that are within the images or reach into them,"
            + " got 3 x 3 in [5, 8, 2, 4]; take a smaller size, or padding: same");
    assertRefused(
        () -> leaf(5, 8, 8, 4).maxPool2d(new Window(3, 1, 1, 3, 0), THREE),
        "max pool2d expects windows that are within the images or reach into them,"
            + " got 3 x 3 in [5, 8, 8, 4]; take a smaller size, or padding: same");
  }

  @Test
  void gradientsOfPoolingWantWhatThePoolingMade() {
    Value x = leaf(5, 8, 8, 4);
    assertRefused(
        () -> shapes.apply(new MaxPool2dGradient(THREE, THREE), List.of(x, x)),
        "max pool2d gradient expects [5, 6, 6, 4] of [5, 8, 8, 4], got [5, 8, 8, 4]");
    assertRefused(
        () -> shapes.apply(new MaxPool2dSelect(THREE, THREE), List.of(x, leaf(5))),
        "max pool2d select expects two of the same shape, got [5, 8, 8, 4] and [5]");
    assertRefused(
        () -> shapes.apply(new AveragePool2dGradient(THREE, THREE, 8, 8), List.of(x)),
        "average pool2d gradient expects [5, 6, 6, 4] of [5, 8, 8, 4], got [5, 8, 8, 4]");
    assertRefused(
        () -> shapes.apply(new AveragePool2dGradient(THREE, THREE, 8, 8), List.of(leaf(5))),
        "average pool2d gradient expects [n, height, width, channels], got [5]");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
  }
}
