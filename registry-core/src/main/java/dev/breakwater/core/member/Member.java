package dev.breakwater.core.member;

import dev.breakwater.core.access.Role;

/**
 * A user or a group with a role in a project.
 *
 * @param entityName the user's or the group's name
 */
public record Member(long id, long projectId, Entity entity, String entityName, Role role) {

  /** Who it is. */
  public sealed interface Entity {
    long id();

    /** The letter in the management API. */
    String letter();

    record User(long id) implements Entity {
      @Override
      public String letter() {
        return "u";
      }
    }

    record Group(long id) implements Entity {
      @Override
      public String letter() {
        return "g";
      }
    }
  }
}
