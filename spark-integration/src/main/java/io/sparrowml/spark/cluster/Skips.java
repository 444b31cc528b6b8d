package io.sparrowml.spark.cluster;

import io.sparrowml.model.Layout;
import io.sparrowml.spark.wire.Skipped;
import java.util.function.Consumer;

/** The steps that were skipped since their gradients were not finite. */
final class Skips {
  private static final int TOLD = 5;
  private static final int MOST_IN_A_ROW = 50;

  private final Layout layout;
  private final Consumer<String> told;
  private long last;
  private int inARow;
  private int all;

  /**
   * No steps yet.
   *
   * @param layout names the parameters
   * @param told what the user is to know
   */
  Skips(Layout layout, Consumer<String> told) {
    this.layout = layout;
    this.told = told;
  }

  /**
   * A step was skipped; one that is done once more is skipped once more.
   *
   * @return whether it is one too many
   */
  boolean add(Skipped skipped) {
    if (skipped.step() <= last) {
      return false;
    }
    inARow = skipped.step() == last + 1 ? inARow + 1 : 1;
    last = skipped.step();
    all++;
    if (all <= TOLD) {
      told.accept(
          "step %d was skipped: the gradient of %s is not finite%s"
              .formatted(
                  last,
                  layout.nameAt(skipped.parameter()),
                  all == TOLD ? "; further ones are counted at the end" : ""));
    }
    return inARow == MOST_IN_A_ROW;
  }

  /** Why training cannot go on. */
  String failure() {
    return "the gradients of %d steps in a row up to step %d are not finite; lower the learning rate or look for extreme values in the data"
        .formatted(inARow, last);
  }

  /** Training is over. */
  void end() {
    if (all > TOLD) {
      told.accept("%d steps were skipped: their gradients are not finite".formatted(all));
    }
  }
}
