package dev.breakwater.core.manifest;

import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Lists the manifests that refer to another one (OCI distribution-spec, end-12). */
public final class ListReferrers {
  /** How many referrers one answer has at most; more are on the next page. */
  public static final int MAX_PAGE = 1_000;

  /**
   * Annotations are copied into the answer, so a page also ends when they reach this many
   * characters: clients read 4 MiB at most.
   */
  private static final long MAX_CHARACTERS = 2 * 1024 * 1024;

  private static final Set<Action> PULL = EnumSet.of(Action.PULL);

  private final Authorizer authorizer;
  private final ManifestRepository manifests;

  public ListReferrers(Authorizer authorizer, ManifestRepository manifests) {
    this.authorizer = authorizer;
    this.manifests = manifests;
  }

  /**
   * @param artifactTypes only these; all when empty
   * @param after where the page before ended
   * @param limit how many at most, 1 to {@link #MAX_PAGE}
   */
  public Mono<Page> list(
      Caller caller,
      RepositoryName repository,
      Digest subject,
      List<String> artifactTypes,
      Optional<Digest> after,
      int limit) {
    return authorizer
        .require(caller, repository, PULL)
        .then(
            Mono.defer(
                () -> manifests.referrers(repository, subject, artifactTypes, after, limit + 1)))
        .map(found -> page(found, limit));
  }

  private static Page page(List<Referrer> found, int limit) {
    int count = 0;
    long characters = 0;
    for (Referrer referrer : found) {
      characters += characters(referrer);
      if (count == limit || (count > 0 && characters > MAX_CHARACTERS)) {
        break;
      }
      count++;
    }
    return new Page(List.copyOf(found.subList(0, count)), count < found.size());
  }

  private static long characters(Referrer referrer) {
    return referrer.annotations().entrySet().stream()
        .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
        .sum();
  }

  /**
   * @param more whether there are further referrers after the last one
   */
  public record Page(List<Referrer> referrers, boolean more) {}
}
