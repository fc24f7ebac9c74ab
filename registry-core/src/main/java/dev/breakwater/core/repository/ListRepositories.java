package dev.breakwater.core.repository;

import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Lists all repositories (Docker's {@code /v2/_catalog}). */
public final class ListRepositories {
  private final Authorizer authorizer;
  private final RepositoryCatalog catalog;

  public ListRepositories(Authorizer authorizer, RepositoryCatalog catalog) {
    this.authorizer = authorizer;
    this.catalog = catalog;
  }

  /**
   * @param limit how many at most, 0 or more
   */
  public Mono<Page> list(Caller caller, Optional<String> after, int limit) {
    return authorizer
        .requireCatalog(caller)
        .then(Mono.defer(() -> catalog.list(after, limit + 1)))
        .map(found -> page(found, limit));
  }

  private static Page page(List<String> found, int limit) {
    return found.size() > limit
        ? new Page(List.copyOf(found.subList(0, limit)), true)
        : new Page(found, false);
  }

  /**
   * @param more whether there are further repositories after the last one
   */
  public record Page(List<String> names, boolean more) {}
}
