package dev.breakwater.core.access;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** What a robot can be given: pairs in the system, and pairs in a project. */
public final class RobotPermissions {
  private static final SequencedSet<Permission> SYSTEM =
      parse(
          """
          audit-log: list
          preheat-instance: read create delete list update
          project: list create
          replication-policy: read create delete list update
          replication: read create list
          replication-adapter: list
          registry: read create delete list update
          scan-all: read update stop create
          system-volumes: read
          garbage-collection: read create list update stop
          purge-audit: read create list update stop
          jobservice-monitor: list stop
          scanner: read create delete list update
          label: read create delete update
          security-hub: read list
          catalog: read
          quota: read list update
          robot: create read list delete
          user: create read update list delete
          ldap-user: create list
          user-group: create read update list delete
          """);

  private static final SequencedSet<Permission> PROJECT =
      parse(
          """
          log: list
          project: read delete update
          metadata: read create delete list update
          repository: read update delete list pull push
          artifact: read create list delete
          scan: create read stop
          sbom: create stop read
          tag: create list delete
          accessory: list
          artifact-addition: read
          artifact-label: create delete
          scanner: create read
          preheat-policy: read create delete list update
          immutable-tag: create delete list update
          notification-policy: read create delete list update
          tag-retention: read create delete list update
          label: read create delete list update
          quota: read
          robot: create read list delete
          export-cve: create read
          member: create read update list delete
          """);

  private RobotPermissions() {}

  /** The 70 pairs of the system, in the order in which they are shown. */
  public static SequencedSet<Permission> system() {
    return SYSTEM;
  }

  /** The 70 pairs of a project, in the order in which they are shown. */
  public static SequencedSet<Permission> project() {
    return PROJECT;
  }

  private static SequencedSet<Permission> parse(String text) {
    SequencedSet<Permission> permissions = new LinkedHashSet<>();
    for (String line : text.strip().split("\n", -1)) {
      List<String> halves = Arrays.stream(line.split(":", -1)).map(String::strip).toList();
      for (String verb : halves.getLast().split(" ", -1)) {
        permissions.add(Permission.parse(halves.getFirst(), verb));
      }
    }
    return Collections.unmodifiableSequencedSet(permissions);
  }
}
