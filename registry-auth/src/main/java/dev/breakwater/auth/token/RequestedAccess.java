package dev.breakwater.auth.token;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Action;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the scopes of a request ask for, understood and merged. What is not understood (other types,
 * other actions, names that no repository can have) is not granted, and is no error.
 */
record RequestedAccess(Map<RepositoryName, Set<Action>> repositories, boolean catalog) {
  /** A client asks for the repositories of one operation: a copy is two. */
  static final int MAX_REPOSITORIES = 100;

  private static final String ANY = "*";

  /**
   * @param scopes the values of all scope parameters
   * @throws RegistryException BAD_REQUEST if there are more than {@link #MAX_REPOSITORIES}
   */
  static RequestedAccess of(Collection<String> scopes) {
    Map<RepositoryName, Set<Action>> repositories = new LinkedHashMap<>();
    boolean catalog = false;
    List<Scope> parsed = scopes.stream().flatMap(text -> Scope.parseAll(text).stream()).toList();
    if (parsed.size() > MAX_REPOSITORIES) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST,
          parsed.size() + " scopes in one request; at most " + MAX_REPOSITORIES + " are possible");
    }
    for (Scope scope : parsed) {
      switch (scope.type()) {
        case "repository" -> addRepository(repositories, scope);
        case "registry" ->
            catalog |= scope.name().equals("catalog") && scope.actions().contains(ANY);
        default -> {}
      }
    }
    return new RequestedAccess(repositories, catalog);
  }

  private static void addRepository(Map<RepositoryName, Set<Action>> repositories, Scope scope) {
    Set<Action> actions = actions(scope.actions());
    if (!actions.isEmpty() && isRepositoryName(scope.name())) {
      repositories
          .computeIfAbsent(RepositoryName.parse(scope.name()), _ -> EnumSet.noneOf(Action.class))
          .addAll(actions);
    }
  }

  private static Set<Action> actions(Set<String> words) {
    if (words.contains(ANY)) {
      return EnumSet.allOf(Action.class);
    }
    Set<Action> actions = EnumSet.noneOf(Action.class);
    words.forEach(word -> Action.find(word).ifPresent(actions::add));
    return actions;
  }

  private static boolean isRepositoryName(String text) {
    try {
      RepositoryName.parse(text);
      return true;
    } catch (RegistryException e) {
      return false;
    }
  }
}
