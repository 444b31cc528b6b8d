package io.sparrowml.kernel;

import org.jspecify.annotations.Nullable;

/** A primitive over given memory; weights that hold still are packed into memory of its own. */
final class Bound implements Kernel {
  private static final int WEIGHTS = 1;

  private final Primitives primitives;
  private final long[] addresses;
  private final long[] toPack = new long[2];
  private Recipe recipe;
  private @Nullable Recipe packing;
  private boolean held;

  /**
   * Binds a primitive.
   *
   * @param addresses of its arguments, in the recipe's order
   */
  Bound(Primitives primitives, Recipe recipe, long... addresses) {
    this.primitives = primitives;
    this.recipe = recipe;
    this.addresses = addresses.clone();
  }

  @Override
  public void run() {
    recipe = primitives.run(recipe, addresses);
  }

  @Override
  public void hold() {
    if (!held && recipe instanceof Weighted weighted) {
      long room = primitives.roomToPack(weighted);
      if (room != 0) {
        toPack[0] = addresses[WEIGHTS];
        toPack[1] = room;
        packing = new Weighted.Packing(weighted);
        addresses[WEIGHTS] = room;
        recipe = new Weighted.OverPacked(weighted);
      }
    }
    held = true;
    if (packing != null) {
      packing = primitives.run(packing, toPack);
    }
  }
}
