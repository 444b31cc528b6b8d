package io.sparrowml.spark.cluster;

import io.sparrowml.spark.wire.Join;
import io.sparrowml.spark.wire.Link;
import io.sparrowml.spark.wire.Member;
import io.sparrowml.spark.wire.Message;
import io.sparrowml.spark.wire.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The nodes that the coordinator knows, each in a connection of its own. */
final class Roster {
  private final List<Participant> participants = new ArrayList<>();
  private int numbers;

  /** A node, as the coordinator sees it. */
  static final class Participant {
    private final Link link;
    private final String executor;
    private final String host;
    private final int port;
    private int slots;
    private int number = -1;
    private long heardAt; // when its last message came
    private long lostAt = -1; // when its connection ended

    private Participant(Link link, Join join, long now) {
      this.link = link;
      this.executor = join.executor();
      this.host = join.host();
      this.port = join.port();
      this.slots = join.slots();
      this.heardAt = now;
    }

    Link link() {
      return link;
    }

    /** Its number, which it keeps; -1 while no plan has it. */
    int number() {
      return number;
    }

    int slots() {
      return slots;
    }

    /** Why it is to be given up; null while it is not. */
    @Nullable String gone(long now, long grace, long deadline) {
      if (lostAt >= 0 && now - lostAt > grace) {
        return "its connection was closed";
      }
      return now - heardAt > deadline
          ? "no sign of life for " + (now - heardAt) / 1000 + " s"
          : null;
    }

    private Member member() {
      return new Member(number, executor, host, port, slots);
    }

    @Override
    public String toString() {
      return "executor " + executor + " on " + host + ":" + port;
    }
  }

  /** A node joins, or another of its compute slots does. */
  Participant join(Link link, Join join, long now) {
    Participant known = of(link).orElse(null);
    if (known == null) {
      known = new Participant(link, join, now);
      participants.add(known);
    } else {
      known.slots = Math.max(known.slots, join.slots());
    }
    return known;
  }

  /** Something came from a node. */
  void heard(Link link, long now) {
    of(link).ifPresent(each -> each.heardAt = now);
  }

  /** A connection has ended. */
  void closed(Link link, long now) {
    of(link).filter(each -> each.lostAt < 0).ifPresent(each -> each.lostAt = now);
  }

  void remove(Participant gone) {
    participants.remove(gone);
  }

  Optional<Participant> of(Link link) {
    return participants.stream().filter(each -> each.link == link).findFirst();
  }

  Optional<Participant> of(int number) {
    return participants.stream().filter(each -> each.number == number).findFirst();
  }

  /** The node of an executor in another connection. */
  @Nullable Participant other(Link link, String executor) {
    return participants.stream()
        .filter(each -> each.link != link && each.executor.equals(executor))
        .findFirst()
        .orElse(null);
  }

  /** The nodes of an executor. */
  List<Participant> of(String executor) {
    return participants.stream().filter(each -> each.executor.equals(executor)).toList();
  }

  List<Participant> all() {
    return List.copyOf(participants);
  }

  /** Those whom a plan has had. */
  List<Participant> numbered() {
    return participants.stream().filter(each -> each.number >= 0).toList();
  }

  int slots() {
    return participants.stream().mapToInt(each -> each.slots).sum();
  }

  /** Those of a plan who are here, and have what it gave them. */
  Set<Integer> whole(Plan of) {
    return of.members().stream()
        .map(Member::node)
        .filter(node -> of(node).isPresent() && !of.hosted(node).isEmpty())
        .collect(Collectors.toSet());
  }

  /** A node for a message. */
  String name(int node) {
    return of(node).map(Participant::toString).orElse("node " + node);
  }

  /** The members but for some, for a message. */
  String without(Set<Integer> some) {
    return numbered().stream()
        .filter(each -> !some.contains(each.number))
        .map(Participant::toString)
        .collect(Collectors.joining(", "));
  }

  /** The members with their slots, for a message. */
  String describe() {
    return numbered().stream()
        .map(each -> each + " with " + each.slots + " slots")
        .collect(Collectors.joining(", "));
  }

  /** All nodes as members of a plan; the new ones get numbers, in the order of their executors. */
  List<Member> members() {
    participants.sort(
        Comparator.comparingInt((Participant each) -> each.number < 0 ? 1 : 0)
            .thenComparingInt(each -> each.number)
            .thenComparing(each -> each.executor));
    for (Participant each : participants) {
      each.number = each.number < 0 ? numbers++ : each.number;
    }
    return participants.stream().map(Participant::member).toList();
  }

  /** Sends to those whom a plan has had. */
  void tellMembers(Message message) {
    numbered().forEach(each -> each.link.send(message));
  }

  void broadcast(Message message) {
    participants.forEach(each -> each.link.send(message));
  }
}
