package dev.breakwater.core.artifact;

import dev.breakwater.core.blob.BlobSettings;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventRecorder;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ExpiryTermSource;
import dev.breakwater.core.manifest.ExpiryTerms;
import dev.breakwater.core.manifest.ManifestPushes;
import dev.breakwater.core.manifest.TagMove;
import dev.breakwater.core.manifest.TagRuleSource;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the transaction of a copy does in the target, after its tags were locked. */
public final class StoreCopies {
  private final ArtifactCopies copies;
  private final ManifestPushes pushes;
  private final TagRuleSource rules;
  private final ExpiryTermSource expiry;
  private final EventRecorder events;
  private final BlobSettings settings;
  private final Clock clock;

  public StoreCopies(
      ArtifactCopies copies,
      ManifestPushes pushes,
      TagRuleSource rules,
      ExpiryTermSource expiry,
      EventRecorder events,
      BlobSettings settings,
      Clock clock) {
    this.copies = copies;
    this.pushes = pushes;
    this.rules = rules;
    this.expiry = expiry;
    this.events = events;
    this.settings = settings;
    this.clock = clock;
  }

  /** How long artifacts of the target's project live. */
  Mono<ExpiryTerms> termsOf(Project target) {
    return expiry.termsOf(target.id()).defaultIfEmpty(ExpiryTerms.NONE);
  }

  /**
   * Copies an artifact with all that belongs to it.
   *
   * @param withLabels whether labels go along
   * @return the growth of the target's project, with the number of the target's repository
   */
  Mono<Accounted<Long>> store(Tx tx, Copy copy, boolean withLabels) {
    Instant leasedUntil = clock.instant().plus(settings.lease());
    Artifact artifact = copy.artifact();
    long projectId = copy.target().id();
    return copies
        .lock(tx, artifact.id())
        .filter(locked -> locked.contains(artifact.id()))
        .switchIfEmpty(Mono.error(() -> gone(artifact)))
        .flatMap(locked ->
            copies
                .copy(tx, locked, copy.to(), projectId, leasedUntil, copy.promise())
                .delayUntil(copied ->
                    withLabels
                        ? copies.copyLabels(tx, locked, copied.result(), projectId)
                        : Mono.empty()))
        .delayUntil(copied -> tag(tx, copy, copied.result()))
        .delayUntil(_ -> end(tx, copy))
        .delayUntil(_ -> record(tx, copy));
  }

  private static RegistryException gone(Artifact artifact) {
    return ReadArtifacts.notFound(
        RepositoryName.parse(artifact.repositoryName()),
        new Reference.ByDigest(Digest.parse(artifact.digest())));
  }

  private Mono<Void> tag(Tx tx, Copy copy, long repositoryId) {
    return Flux.fromIterable(copy.tags().entrySet())
        .concatMap(entry ->
            Flux.fromIterable(entry.getValue())
                .concatMap(tag -> tag(tx, copy, repositoryId, entry.getKey(), tag)))
        .then();
  }

  private Mono<TagMove> tag(Tx tx, Copy copy, long repositoryId, Digest digest, Tag tag) {
    return pushes
        .tag(tx, repositoryId, digest, tag, copy.caller().principal().name())
        .delayUntil(move -> requireMutable(tx, copy, move, digest));
  }

  private Mono<Void> requireMutable(Tx tx, Copy copy, TagMove move, Digest digest) {
    return move.from().isEmpty() || move.from().equals(Optional.of(digest))
        ? Mono.empty()
        : rules
            .rulesOf(tx, copy.target().id())
            .filter(known -> known.protects(copy.to(), move.tag()))
            .flatMap(_ ->
                Mono.error(
                    new RegistryException(
                        ErrorCode.PRECONDITION_FAILED,
                        "Failed to process request due to '"
                            + copy.to().inProject()
                            + ":"
                            + move.tag()
                            + "' configured as immutable.")));
  }

  /** As if it was pushed: by the rules of the target's project. */
  private Mono<Void> end(Tx tx, Copy copy) {
    Instant now = clock.instant();
    Map<Tag, Instant> since =
        copy.ownTags().stream().collect(Collectors.toMap(tag -> tag, _ -> now));
    return copy.terms()
        .end(copy.to(), since)
        .map(end -> pushes.renewExpiry(tx, copy.to(), copy.digest(), end))
        .orElseGet(Mono::empty);
  }

  private Mono<Void> record(Tx tx, Copy copy) {
    List<Tag> tags = copy.ownTags();
    String resource =
        tags.isEmpty() ? copy.to() + "@" + copy.digest() : copy.to() + ":" + tags.getFirst();
    return events.record(
        tx,
        Event.of(
                EventType.CREATE_ARTIFACT,
                copy.caller(),
                resource,
                "copy artifact: " + copy.artifact().repositoryName() + " to " + resource)
            .in(copy.target().id()));
  }

  /** Adds a tag, once. */
  static void add(Map<Digest, List<Tag>> tags, Digest digest, Tag tag) {
    List<Tag> own = tags.computeIfAbsent(digest, _ -> new ArrayList<>());
    if (!own.contains(tag)) {
      own.add(tag);
    }
  }

  /**
   * A copy to make.
   *
   * @param target the project of {@code to}
   * @param tags which the copies get
   * @param terms how long artifacts of the target live
   * @param promise what room was promised under
   */
  record Copy(
      Caller caller,
      Artifact artifact,
      Project target,
      RepositoryName to,
      Map<Digest, List<Tag>> tags,
      ExpiryTerms terms,
      UUID promise) {
    Digest digest() {
      return Digest.parse(artifact.digest());
    }

    /** Of the artifact itself. */
    List<Tag> ownTags() {
      return tags.getOrDefault(digest(), List.of());
    }
  }
}
