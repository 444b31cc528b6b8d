package io.sparrowml.train;

import io.sparrowml.config.ConfigException;
import io.sparrowml.config.Default;
import io.sparrowml.config.Ranges;
import io.sparrowml.optimizer.Constant;
import io.sparrowml.optimizer.Sgd;

/** How the updates of logical workers come together. */
public sealed interface Mode {
  /** Whether the result depends on the seed alone, and not on what came first. */
  boolean isReproducible();

  /** After every batch: one update from the gradients of all workers. */
  record Sync() implements Mode {
    @Override
    public boolean isReproducible() {
      return true;
    }
  }

  /**
   * Each worker takes some steps by itself, from the same parameters, with an optimizer that begins
   * anew; then the means of what they changed, weighted by the samples, are the gradient of one
   * update of an outer optimizer (FedOpt: Reddi et al., 2021, algorithm 1; with Nesterov momentum
   * DiLoCo: Douillard et al., 2023):
   *
   * <pre>
   *   g = sum(n_w (x - x_w)) / sum(n_w)
   *   x = x - rate g                    without momentum: with rate 1 the mean of all workers
   *   v = momentum v + g
   *   x = x - rate (momentum v + g)     Nesterov
   * </pre>
   *
   * <p>Between two of these no gradient travels: so many times fewer bytes.
   *
   * @param steps of a worker between two updates, at least 2; an epoch's last ones may be fewer
   * @param outerLearningRate of the outer optimizer, 1 unless given
   * @param outerMomentum of the outer optimizer, in [0, 1); 0 unless given
   */
  record LocalSteps(
      int steps, @Default("1") double outerLearningRate, @Default("0") double outerMomentum)
      implements Mode {
    /** Checks the ranges. */
    public LocalSteps {
      if (steps < 2) {
        throw new ConfigException(
            "steps: expects at least 2, got " + steps + "; with one step the mode is sync");
      }
      Ranges.positive("outer-learning-rate", outerLearningRate);
      Ranges.fraction("outer-momentum", outerMomentum);
    }

    @Override
    public boolean isReproducible() {
      return true;
    }

    /** What makes one update of what the workers changed. */
    public Sgd outer() {
      return new Sgd(new Constant(outerLearningRate), outerMomentum, outerMomentum > 0);
    }
  }

  /**
   * An update from each worker's gradient as it comes, where a worker waits while it is too far
   * ahead of the slowest (Ho et al., 2013, "More effective distributed ML via a stale synchronous
   * parallel parameter server").
   *
   * @param steps how many steps a worker may be ahead, at least 1
   */
  record BoundedStaleness(int steps) implements Mode {
    /** Checks the range. */
    public BoundedStaleness {
      if (steps < 1) {
        throw new ConfigException(
            "steps: expects at least 1, got " + steps + "; without any the mode is sync");
      }
    }

    @Override
    public boolean isReproducible() {
      return false;
    }
  }

  /** An update from each worker's gradient as it comes; epochs end together. */
  record Async() implements Mode {
    @Override
    public boolean isReproducible() {
      return false;
    }
  }

  /** How many steps a worker takes between two updates. */
  default int localSteps() {
    return this instanceof LocalSteps local ? local.steps() : 1;
  }

  /** Whether gradients are not waited for. */
  default boolean isAsynchronous() {
    return this instanceof Async || this instanceof BoundedStaleness;
  }

  /** By how many steps a worker may be ahead of the slowest where gradients are not waited for. */
  default long staleness() {
    return this instanceof BoundedStaleness bounded ? bounded.steps() : Integer.MAX_VALUE;
  }
}
