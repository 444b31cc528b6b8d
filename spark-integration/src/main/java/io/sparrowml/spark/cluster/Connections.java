package io.sparrowml.spark.cluster;

import io.sparrowml.spark.transport.TransportException;
import io.sparrowml.spark.wire.Hello;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's ways to the others: to each a link of its own, on which it sends, and from each one, on
 * which that one sends. Safe for use by several threads.
 */
final class Connections {
  private final Platform platform;
  private final Map<Integer, Link> links = new ConcurrentHashMap<>();
  private final Map<Link, Integer> peers = new ConcurrentHashMap<>();

  /**
   * A node that does not answer.
   *
   * @param reason what the network says
   */
  record Broken(int node, String reason) {}

  Connections(Platform platform) {
    this.platform = platform;
  }

  /**
   * Connects to the nodes of a plan, and closes the ways to others.
   *
   * @param me the number of this node
   * @return the first that does not answer; null where all do
   */
  @Nullable Broken connect(Plan plan, int me) {
    for (Member member : plan.members()) {
      int other = member.node();
      if (other != me && !links.containsKey(other)) {
        try {
          Link link = platform.connect(member);
          link.send(new Hello(plan.generation(), plan.step(), me));
          links.put(other, link);
        } catch (TransportException e) {
          return new Broken(other, String.valueOf(e.getMessage()));
        }
      }
    }
    links.forEach(
        (other, link) -> {
          if (!plan.has(other)) {
            links.remove(other);
            link.close();
          }
        });
    return null;
  }

  /** Sends to a node; what would go to one that is lost does not matter. */
  void send(int node, Message message) {
    Link link = links.get(node);
    if (link == null) {
      message.release();
    } else {
      link.send(message);
    }
  }

  /** A node has said who it is. */
  void hello(Link from, int node) {
    peers.put(from, node);
  }

  /** Who sends on a link; null where it has not said so. */
  @Nullable Integer peer(Link from) {
    return peers.get(from);
  }

  /** A link has ended: to or from these. */
  List<Integer> closed(Link link) {
    List<Integer> ends = new ArrayList<>();
    Integer from = peers.remove(link);
    if (from != null) {
      ends.add(from);
    }
    links.forEach(
        (to, way) -> {
          if (way == link && links.remove(to, link)) {
            ends.add(to);
          }
        });
    return ends;
  }
}
