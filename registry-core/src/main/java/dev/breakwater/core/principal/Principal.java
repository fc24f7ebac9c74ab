package dev.breakwater.core.principal;

/** Whoever acts. */
public sealed interface Principal {
  /** Nobody in particular: no credential was presented. */
  record Anonymous() implements Principal {
    @Override
    public String name() {
      return "anonymous";
    }

    @Override
    public boolean systemAdministrator() {
      return false;
    }
  }

  /**
   * A local user.
   *
   * @param id the user's row
   */
  record LocalUser(long id, String name, boolean systemAdministrator) implements Principal {}

  /** What log lines and audit rows show, and what an upload session remembers. */
  String name();

  boolean systemAdministrator();

  /** A name that is unique over all kinds: who began an upload is compared by it. */
  default String key() {
    return switch (this) {
      case Anonymous _ -> "anonymous";
      case LocalUser user -> "user:" + user.id();
    };
  }
}
