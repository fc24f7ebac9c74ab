package dev.breakwater.core.principal;

import dev.breakwater.core.oci.RepositoryName;
import java.util.Map;
import java.util.Set;

/**
 * What a token was issued for: never more than was asked for and allowed at that time.
 *
 * @param repositories the actions by repository
 * @param catalog whether {@code registry:catalog:*} was granted
 */
public record Grants(Map<RepositoryName, Set<Action>> repositories, boolean catalog) {
  public static final Grants NONE = new Grants(Map.of(), false);

  public Grants {
    repositories = Map.copyOf(repositories);
  }

  public boolean allows(RepositoryName repository, Action action) {
    return repositories.getOrDefault(repository, Set.of()).contains(action);
  }
}
