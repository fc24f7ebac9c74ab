package dev.breakwater.core.principal;

import java.util.Locale;
import java.util.Optional;

/** What can be done with a repository (Docker token specification, "scope"). */
public enum Action {
  PULL,
  PUSH,
  DELETE;

  /** The word in a scope. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Action> find(String label) {
    for (Action action : values()) {
      if (action.label().equals(label)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }
}
