package io.sparrowml.train;

/**
 * Where a training stands under a {@link ReduceOnPlateau}.
 *
 * @param rule what is asked for
 * @param best the metric's best value, not a number where there is none yet
 * @param sinceBest epochs that counted since then, or since the last reduction
 * @param cooling how many of the next epochs do not count
 * @param factor by which the schedule's learning rate is multiplied
 */
public record Plateau(
    ReduceOnPlateau rule, double best, int sinceBest, int cooling, double factor) {

  /**
   * Where it stands after one more epoch.
   *
   * @param value of the metric
   * @param ascends whether larger is better
   * @param scheduled the schedule's learning rate at the end of the epoch
   */
  public Plateau after(double value, boolean ascends, double scheduled) {
    boolean better = Improvement.of(value, best, rule.minChange(), ascends);
    double newBest = better ? value : best;
    if (cooling > 0) {
      return new Plateau(rule, newBest, 0, cooling - 1, factor);
    }
    int since = better ? 0 : sinceBest + 1;
    if (since < rule.patience()) {
      return new Plateau(rule, newBest, since, 0, factor);
    }
    double least = rule.minRate() == 0 ? 0 : rule.minRate() / scheduled;
    double reduced = Math.min(factor, Math.max(factor * rule.factor(), least));
    return new Plateau(rule, newBest, 0, rule.cooldown(), reduced);
  }
}
