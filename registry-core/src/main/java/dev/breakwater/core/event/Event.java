package dev.breakwater.core.event;

import dev.breakwater.core.principal.Caller;
import java.util.Optional;

/**
 * Something that happened.
 *
 * @param username who did it
 * @param address from where, empty inside the program
 * @param projectId in which project; empty: in the system
 * @param resource what it was done to, such as a project's name; no secret
 * @param description a sentence for people; no secret
 * @param successful false when it was tried and refused
 */
public record Event(
    EventType type,
    String username,
    String address,
    Optional<Long> projectId,
    String resource,
    String description,
    boolean successful) {

  /** Something that the caller did in the system. */
  public static Event of(EventType type, Caller caller, String resource, String description) {
    return new Event(
        type,
        caller.principal().name(),
        caller.address(),
        Optional.empty(),
        resource,
        description,
        true);
  }

  /** The same in a project. */
  public Event in(long project) {
    return new Event(
        type, username, address, Optional.of(project), resource, description, successful);
  }
}
