package io.sparrowml.spark.wire;

import io.sparrowml.train.StepProfile;
import java.util.Objects;

/**
 * A compute slot tells the coordinator where its time went, once, at the end of a training that is
 * measured.
 *
 * @param node its node
 * @param slot its number on the node
 * @param spent the time of all its steps
 * @param sent by the node until then; nothing but for the first slot
 */
public record Profile(
    int generation, long step, int node, int slot, StepProfile spent, Traffic sent)
    implements Message {

  public Profile {
    Objects.requireNonNull(spent, "spent");
    Objects.requireNonNull(sent, "sent");
  }
}
