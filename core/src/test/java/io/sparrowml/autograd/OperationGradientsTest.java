package io.sparrowml.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.sparrowml.op.Add;
import io.sparrowml.op.AveragePool2d;
import io.sparrowml.op.AveragePool2dGradient;
import io.sparrowml.op.BroadcastTo;
import io.sparrowml.op.Concat;
import io.sparrowml.op.Conv2d;
import io.sparrowml.op.Conv2dInputGradient;
import io.sparrowml.op.Conv2dKernelGradient;
import io.sparrowml.op.Divide;
import io.sparrowml.op.DropoutMask;
import io.sparrowml.op.Exp;
import io.sparrowml.op.Full;
import io.sparrowml.op.Gather;
import io.sparrowml.op.LeakyRelu;
import io.sparrowml.op.LeakyReluGradient;
import io.sparrowml.op.Log;
import io.sparrowml.op.MatMul;
import io.sparrowml.op.MaxPool2d;
import io.sparrowml.op.MaxPool2dGradient;
import io.sparrowml.op.MaxPool2dSelect;
import io.sparrowml.op.Multiply;
import io.sparrowml.op.OneHot;
import io.sparrowml.op.Op;
import io.sparrowml.op.Pad;
import io.sparrowml.op.Reshape;
import io.sparrowml.op.Reverse;
import io.sparrowml.op.Scale;
import io.sparrowml.op.ScatterRows;
import io.sparrowml.op.Shift;
import io.sparrowml.op.Sigmoid;
import io.sparrowml.op.Slice;
import io.sparrowml.op.Softmax;
import io.sparrowml.op.SoftmaxCrossEntropy;
import io.sparrowml.op.Softplus;
import io.sparrowml.op.Square;
import io.sparrowml.op.Subtract;
import io.sparrowml.op.SumTo;
import io.sparrowml.op.Tanh;
import io.sparrowml.op.Transpose;
import io.sparrowml.op.Value;
import io.sparrowml.tensor.Convolution;
import io.sparrowml.tensor.RandomKey;
import io.sparrowml.tensor.Shape;
import io.sparrowml.tensor.StepRandom;
import io.sparrowml.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationGradientsTest {
  /** Have no gradient: what they give does not depend smoothly on what they take. */
  private static final Set<Class<? extends Op>> FLAT =
      Set.of(Full.class, OneHot.class, DropoutMask.class);

  private static final List<Class<? extends Op>> COVERED = new ArrayList<>();

  private static final Convolution SIDE_BY_SIDE =
      new Convolution(Window.valid(2, 1, 1), Window.valid(2, 1, 1), 1);

  private static final Convolution UNEVEN =
      new Convolution(Window.same(4, 3, 2, 1), new Window(2, 1, 2, 0, 1), 2);

  private static final Window OVERLAPPING = new Window(3, 2, 1, 1, 0);

  private static final Window TWO = Window.valid(2, 2, 1);

  private static final List<FiniteDifferences> CASES =
      List.of(
          one(new Scale(-2.5)),
          one(new Shift(3)),
          one(new Exp()),
          one(new Log()).positive(0),
          one(new Square()),
          one(new Sigmoid()),
          one(new Tanh()),
          one(new Softplus()),
          one(new LeakyRelu(0.1)),
          one(new Softmax()),
          one(new Reshape(Shape.of(4, 3))),
          one(new SumTo(Shape.of(1, 4))),
          one(new SumTo(Shape.of(4))),
          one(new SumTo(Shape.of())),
          of(new BroadcastTo(Shape.of(2, 3, 4)), Shape.of(3, 1)),
          of(new Add(), Shape.of(3, 4), Shape.of(4)),
          of(new Subtract(), Shape.of(3, 1), Shape.of(2, 1, 4)),
          of(new Multiply(), Shape.of(3, 4), Shape.of(3, 1)),
          of(new Divide(), Shape.of(3, 4), Shape.of(1, 4)).positive(1),
          of(new LeakyReluGradient(0.1), Shape.of(3, 4), Shape.of(3, 4)),
          of(new MatMul(false, false), Shape.of(3, 4), Shape.of(4, 2)),
          of(new MatMul(true, false), Shape.of(4, 3), Shape.of(4, 2)),
          of(new MatMul(false, true), Shape.of(3, 4), Shape.of(2, 4)),
          of(new MatMul(true, true), Shape.of(4, 3), Shape.of(2, 4)),
          of(new MatMul(false, true), Shape.of(2, 3, 4), Shape.of(2, 2, 4)),
          of(new MatMul(true, false), Shape.of(2, 1, 4, 3), Shape.of(2, 1, 4, 2)),
          of(new Transpose(List.of(2, 0, 1)), Shape.of(2, 3, 4)),
          of(new Slice(List.of(1, 0), List.of(3, 4)), Shape.of(3, 4)),
          of(new Slice(List.of(0, 1), List.of(3, 6), List.of(1, 2)), Shape.of(3, 7)),
          of(new Pad(List.of(1, 0), List.of(0, 2), List.of(0, 1), 0.5), Shape.of(2, 3)),
          of(new Concat(1), Shape.of(2, 1, 3), Shape.of(2, 2, 3), Shape.of(2, 3, 3)),
          of(new Reverse(1), Shape.of(2, 3, 2)),
          of(new Gather(), Shape.of(4, 3), Shape.of(2, 3)).constant(1, 0, 3, 3, 1, 3, 0),
          of(new ScatterRows(4), Shape.of(5), Shape.of(5, 2)).constant(0, 2, 2, 0, 3, 2),
          of(new Conv2d(SIDE_BY_SIDE), Shape.of(2, 3, 3, 2), Shape.of(2, 2, 2, 3)),
          of(new Conv2d(UNEVEN), Shape.of(2, 4, 3, 4), Shape.of(3, 2, 2, 6)),
          of(
              new Conv2dInputGradient(SIDE_BY_SIDE, 3, 3),
              Shape.of(2, 2, 2, 3),
              Shape.of(2, 2, 2, 3)),
          of(new Conv2dInputGradient(UNEVEN, 4, 3), Shape.of(2, 2, 2, 6), Shape.of(3, 2, 2, 6)),
          of(new Conv2dKernelGradient(SIDE_BY_SIDE), Shape.of(2, 3, 3, 2), Shape.of(2, 2, 2, 3)),
          of(new Conv2dKernelGradient(UNEVEN), Shape.of(2, 4, 3, 4), Shape.of(2, 2, 2, 6)),
          of(new MaxPool2d(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3)),
          of(new MaxPool2dGradient(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3), Shape.of(2, 2, 2, 3)),
          of(new MaxPool2dSelect(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3), Shape.of(2, 4, 4, 3)),
          of(new AveragePool2d(OVERLAPPING, TWO), Shape.of(2, 4, 4, 3)),
          of(new AveragePool2dGradient(OVERLAPPING, TWO, 4, 4), Shape.of(2, 2, 2, 3)),
          of(new SoftmaxCrossEntropy(), Shape.of(3, 4), Shape.of(3)).constant(1, 0, 3, 1));

  private static FiniteDifferences one(Op op) {
    return of(op, Shape.of(3, 4));
  }

  private static FiniteDifferences of(Op op, Shape... shapes) {
    COVERED.add(op.getClass());
    return new FiniteDifferences(op.toString(), in -> in.get(0).engine().apply(op, in), shapes);
  }

  static Stream<FiniteDifferences> cases() {
    return CASES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(FiniteDifferences each) {
    each.check();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsOfGradientsAreThoseOfFiniteDifferences(FiniteDifferences each) {
    each.checkSecondOrder();
  }

  @Test
  void everyOperationHasACase() {
    Set<Class<?>> operations =
        new ClassFileImporter()
            .importPackages("io.sparrowml.op").stream()
                .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                .map(JavaClass::reflect)
                .filter(type -> !FLAT.contains(type))
                .collect(Collectors.toSet());

    assertThat(Set.<Class<?>>copyOf(COVERED)).isEqualTo(operations).hasSizeGreaterThan(15);
  }

  @Test
  void flatOperationsHaveNoGradient() {
    new FiniteDifferences(
            "a dropout mask and one hot labels multiply as constants",
            in -> {
              Value x = in.get(0);
              Value mask =
                  x.engine()
                      .apply(
                          new DropoutMask(0.5, new StepRandom(RandomKey.of(1)).draw("", "mask")),
                          List.of(x));
              Value hot = x.engine().apply(new OneHot(4), List.of(in.get(1)));
              return x.multiply(mask).add(hot);
            },
            Shape.of(3, 4),
            Shape.of(3))
        .constant(1, 2, 0, 3)
        .check();
  }
}
