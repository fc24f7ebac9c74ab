package dev.breakwater.core.explain;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.explain.Reason.Kind;
import dev.breakwater.core.explain.ReasonRepository.Deleted;
import dev.breakwater.core.explain.ReasonRepository.Link;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Tells why garbage collection leaves a blob alone. */
public final class ExplainBlob {
  private static final Permission READ = Permission.of(Resource.ARTIFACT, Verb.READ);

  private final Authorizer authorizer;
  private final ReasonRepository rows;
  private final InstantSource clock;

  public ExplainBlob(Authorizer authorizer, ReasonRepository rows, InstantSource clock) {
    this.authorizer = authorizer;
    this.rows = rows;
    this.clock = clock;
  }

  /**
   * @throws RegistryException (as error signal) NOT_FOUND if the repository does not link the blob
   */
  public Mono<Explanation> explain(
      Caller caller, Project project, RepositoryName repository, Digest blob) {
    return authorizer
        .require(caller, project, READ)
        .then(Mono.defer(() -> rows.link(repository, blob)))
        .switchIfEmpty(
            Mono.error(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND, "the repository " + repository + " has no blob " + blob)))
        .zipWhen(_ ->
            Mono.zip(rows.manifestsNaming(repository, blob), rows.deletedNaming(repository, blob)))
        .map(found ->
            new Explanation(
                blob.toString(),
                true,
                Optional.empty(),
                reasons(found.getT1(), found.getT2().getT1(), found.getT2().getT2()),
                List.of()));
  }

  private List<Reason> reasons(Link link, List<Digest> manifests, List<Deleted> deleted) {
    Instant now = clock.instant();
    List<Reason> reasons = new ArrayList<>();
    manifests.forEach(manifest ->
        reasons.add(Reason.of(Kind.MANIFEST, manifest.toString(), "the manifest names it")));
    deleted.forEach(manifest ->
        reasons.add(
            Reason.until(
                Kind.UNDO,
                manifest.digest().toString(),
                "the manifest was deleted, names it and can be brought back",
                manifest.restorableUntil())));
    if (link.leasedUntil().isAfter(now)) {
      reasons.add(
          Reason.until(
              Kind.LEASE, "", "it was uploaded, mounted or asked for", link.leasedUntil()));
    }
    link.touchedUntil()
        .filter(end -> end.isAfter(now))
        .ifPresent(end ->
            reasons.add(Reason.until(Kind.UPLOAD, "", "it is about to be stored again", end)));
    if (link.others() > 0) {
      reasons.add(
          Reason.of(
              Kind.OTHER_REPOSITORIES,
              Long.toString(link.others()),
              "other repositories link it: the file stays, whatever becomes of this link"));
    }
    return reasons;
  }
}
