package dev.breakwater.core.tag;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Lists the tags of a repository (OCI distribution-spec, end-8). */
public final class ListTags {
  private static final Set<Action> PULL = EnumSet.of(Action.PULL);

  private final Authorizer authorizer;
  private final TagRepository tags;

  public ListTags(Authorizer authorizer, TagRepository tags) {
    this.authorizer = authorizer;
    this.tags = tags;
  }

  /**
   * @param limit how many at most, 0 or more
   * @throws RegistryException (as error signal) NAME_UNKNOWN
   */
  public Mono<Page> list(
      Caller caller, RepositoryName repository, Optional<String> after, int limit) {
    return authorizer
        .require(caller, repository, PULL)
        .then(Mono.defer(() -> tags.list(repository, after, limit + 1)))
        .switchIfEmpty(Mono.error(() -> unknown(repository)))
        .map(found -> page(found, limit));
  }

  private static Page page(List<String> found, int limit) {
    return found.size() > limit
        ? new Page(List.copyOf(found.subList(0, limit)), true)
        : new Page(found, false);
  }

  private static RegistryException unknown(RepositoryName repository) {
    return new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no repository " + repository);
  }

  /**
   * @param more whether there are further tags after the last one
   */
  public record Page(List<String> tags, boolean more) {}
}
