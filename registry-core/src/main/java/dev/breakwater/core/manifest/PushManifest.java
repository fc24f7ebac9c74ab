package dev.breakwater.core.manifest;

import dev.breakwater.core.audit.AuditRepository;
import dev.breakwater.core.audit.AuditTrail;
import dev.breakwater.core.blob.SmallBlobs;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.event.Event;
import dev.breakwater.core.event.EventType;
import dev.breakwater.core.manifest.ManifestPushes.Outcome;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.Accounted;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.transaction.Tx;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Pushes a manifest (OCI distribution-spec, end-7a and end-7b): in one transaction its row and what
 * it names, the artifact that the management API tells of, tags with their history, what the
 * project holds, and the event.
 */
public final class PushManifest {
  private static final Set<Action> PUSH = EnumSet.of(Action.PULL, Action.PUSH);

  private final Authorizer authorizer;
  private final ManifestPushes pushes;
  private final ManifestCache cache;
  private final ProjectSpace space;
  private final TagRuleSource rules;
  private final PushedFacts facts;
  private final AuditTrail events;
  private final Activity activity;
  private final ManifestSettings settings;
  private final Clock clock;
  private final RecentPushes recent = new RecentPushes();

  public PushManifest(
      Authorizer authorizer,
      ManifestPushes pushes,
      ManifestCache cache,
      SmallBlobs blobs,
      ProjectSpace space,
      TagRuleSource rules,
      ExpiryTermSource expiry,
      AuditTrail events,
      Activity activity,
      ManifestSettings settings,
      Clock clock) {
    this.authorizer = authorizer;
    this.pushes = pushes;
    this.cache = cache;
    this.space = space;
    this.rules = rules;
    this.facts = new PushedFacts(blobs, expiry, clock);
    this.events = events;
    this.activity = activity;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Whether the caller may push here at all: asked before a body is read.
   *
   * @throws RegistryException (as error signal) when it may not
   */
  public Mono<Void> check(Caller caller, RepositoryName repository) {
    return authorizer.require(caller, repository, PUSH).then();
  }

  /**
   * @param contentType the media type that the request names, without parameters; may be empty
   * @param tags further tags, for a push by digest
   * @param condition what each of the tags must be before
   * @throws RegistryException (as error signal) MANIFEST_INVALID, MANIFEST_TOO_LARGE,
   *     DIGEST_INVALID, MANIFEST_BLOB_UNKNOWN, QUOTA_EXCEEDED; PRECONDITION_FAILED if a tag is not
   *     as demanded, or would move and is immutable
   */
  public Mono<PushedManifest> push(
      Caller caller,
      RepositoryName repository,
      Reference reference,
      String contentType,
      byte[] bytes,
      List<Tag> tags,
      TagCondition condition) {
    return authorizer
        .require(caller, repository, PUSH)
        .map(project -> read(project, repository, reference, contentType, bytes, tags))
        .flatMap(received ->
            changesNothing(received, condition)
                .filter(nothing -> nothing)
                .map(_ -> acknowledged(received))
                .switchIfEmpty(
                    Mono.defer(() ->
                        prepare(caller, received)
                            .flatMap(manifest -> store(caller, manifest, condition)))));
  }

  private static ReceivedManifest read(
      Project project,
      RepositoryName repository,
      Reference reference,
      String contentType,
      byte[] bytes,
      List<Tag> tags) {
    if (bytes.length > ManifestSettings.MAX_SIZE) {
      throw new RegistryException(
          ErrorCode.MANIFEST_TOO_LARGE,
          "the manifest has " + bytes.length + " bytes, the limit is " + ManifestSettings.MAX_SIZE);
    }
    if (!repository.isInProject()) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID,
          "'" + repository + "' names only a project; push to '" + repository + "/NAME' instead");
    }
    Digest digest = requireMatch(reference, bytes);
    ManifestDocument document = ManifestParser.parse(contentType, bytes);
    List<Tag> wanted = reference instanceof Reference.ByTag(Tag tag) ? List.of(tag) : tags;
    return new ReceivedManifest(
        project,
        repository,
        new StoredManifest(digest, document.mediaType(), bytes),
        document,
        wanted);
  }

  /**
   * Pipelines push the same image under the same tag again and again. A push that this replica has
   * seen before is looked at first: mostly it changes nothing, and needs no transaction.
   */
  private Mono<Boolean> changesNothing(ReceivedManifest received, TagCondition condition) {
    boolean repeated =
        condition instanceof TagCondition.None
            && recent.contains(received.repository(), received.manifest().digest(), received.tags())
            && Accessory.of(received.document(), received.tags()).isEmpty();
    return repeated
        ? facts
            .expiry(received)
            .filter(end -> !end.byRule())
            .flatMap(_ ->
                pushes.isStored(
                    received.project().id(),
                    received.repository(),
                    received.manifest().digest(),
                    received.document(),
                    received.tags()))
        : Mono.empty();
  }

  private PushedManifest acknowledged(ReceivedManifest received) {
    activity.pushed(received.repository());
    return new PushedManifest(
        received.manifest().digest(), received.document().subject(), received.tags());
  }

  private Mono<NewManifest> prepare(Caller caller, ReceivedManifest received) {
    return facts
        .of(received)
        .map(known ->
            new NewManifest(
                received.repository(),
                received.project().id(),
                received.manifest(),
                received.document(),
                known,
                caller.principal().name(),
                received.tags(),
                settings.sparseIndexes()));
  }

  private static Digest requireMatch(Reference reference, byte[] bytes) {
    return switch (reference) {
      case Reference.ByTag _ -> Digest.compute(DigestAlgorithm.SHA256, bytes);
      case Reference.ByDigest(Digest expected) -> {
        Digest actual = Digest.compute(expected.algorithm(), bytes);
        if (!actual.equals(expected)) {
          throw new RegistryException(
              ErrorCode.DIGEST_INVALID,
              "the manifest that came has the digest " + actual + ", not " + expected);
        }
        yield expected;
      }
    };
  }

  private Mono<PushedManifest> store(Caller caller, NewManifest manifest, TagCondition condition) {
    UUID promise = UUID.randomUUID();
    return space
        .inTx(
            manifest.projectId(),
            promise,
            getsAnotherTag(manifest) ? 0 : manifest.manifest().bytes().length,
            storeAlone(caller, manifest, condition, promise),
            tx -> storeIn(tx, caller, manifest, condition, promise))
        .map(_ -> stored(manifest));
  }

  /** Most pushes need no more. */
  private Mono<Outcome> storeAlone(
      Caller caller, NewManifest manifest, TagCondition condition, UUID promise) {
    boolean usual = condition instanceof TagCondition.None && !manifest.facts().expiry().byRule();
    if (!usual) {
      return Mono.empty();
    }
    AuditRepository.Judged event = events.judge(created(caller, manifest));
    Mono<Outcome> alone =
        pushes
            .storeAlone(manifest, promise, event, clock.instant())
            .doOnNext(outcome -> requireAll(manifest, outcome));
    return getsAnotherTag(manifest)
        ? pushes.tagAlone(manifest, event, clock.instant()).switchIfEmpty(alone)
        : alone;
  }

  /** Pipelines give one image several tags: its version, its branch, {@code latest}. */
  private boolean getsAnotherTag(NewManifest manifest) {
    return !manifest.tags().isEmpty()
        && manifest.document().children().isEmpty()
        && manifest.facts().accessory().isEmpty()
        && recent.containsTagged(manifest.repository(), manifest.manifest().digest());
  }

  private Mono<Accounted<Outcome>> storeIn(
      Tx tx, Caller caller, NewManifest manifest, TagCondition condition, UUID promise) {
    return pushes
        .lock(tx, manifest.repository(), manifest.tags())
        .then(Mono.defer(() -> pushes.store(tx, manifest, promise)))
        .delayUntil(stored -> accept(tx, caller, manifest, condition, stored.result()));
  }

  private Mono<Void> accept(
      Tx tx, Caller caller, NewManifest manifest, TagCondition condition, Outcome outcome) {
    requireAll(manifest, outcome);
    outcome.tags().forEach(condition::require);
    List<Tag> moved = moved(manifest, outcome);
    return requireMutable(tx, manifest, moved)
        .then(Mono.defer(() -> pushes.settle(tx, outcome.unsettled())))
        .then(Mono.defer(() -> renewExpiry(tx, manifest, outcome)))
        .then(Mono.defer(() -> record(tx, caller, manifest, outcome)));
  }

  /** One that was here before may have got its first tag that a rule speaks of. */
  private Mono<Void> renewExpiry(Tx tx, NewManifest manifest, Outcome outcome) {
    return outcome.created() || !manifest.facts().expiry().byRule()
        ? Mono.empty()
        : manifest
            .facts()
            .expiry()
            .at()
            .map(end ->
                pushes.renewExpiry(tx, manifest.repository(), manifest.manifest().digest(), end))
            .orElseGet(Mono::empty);
  }

  /** Those that pointed to something else before. */
  private static List<Tag> moved(NewManifest manifest, Outcome outcome) {
    Optional<Digest> here = Optional.of(manifest.manifest().digest());
    return outcome.tags().stream()
        .filter(tag -> tag.from().isPresent() && !tag.from().equals(here))
        .map(TagMove::tag)
        .toList();
  }

  private Mono<Void> requireMutable(Tx tx, NewManifest manifest, List<Tag> moved) {
    return moved.isEmpty()
        ? Mono.empty()
        : rules
            .rulesOf(tx, manifest.projectId())
            .doOnNext(known -> refuseProtected(known, manifest.repository(), moved))
            .then();
  }

  private static void refuseProtected(TagRules rules, RepositoryName repository, List<Tag> moved) {
    for (Tag tag : moved) {
      if (rules.protects(repository, tag)) {
        throw new RegistryException(
            ErrorCode.PRECONDITION_FAILED,
            "Failed to process request due to '"
                + repository.inProject()
                + ":"
                + tag
                + "' configured as immutable.");
      }
    }
  }

  /** Nothing happened if everything was there already. */
  private Mono<Void> record(Tx tx, Caller caller, NewManifest manifest, Outcome outcome) {
    Optional<Digest> here = Optional.of(manifest.manifest().digest());
    boolean changed =
        outcome.created() || outcome.tags().stream().anyMatch(tag -> !tag.from().equals(here));
    return changed ? events.record(tx, created(caller, manifest)) : Mono.empty();
  }

  private static Event created(Caller caller, NewManifest manifest) {
    return Event.of(
            EventType.CREATE_ARTIFACT,
            caller,
            resource(manifest),
            "create artifact: " + resource(manifest))
        .in(manifest.projectId());
  }

  private static String resource(NewManifest manifest) {
    return manifest.tags().isEmpty()
        ? manifest.repository() + "@" + manifest.manifest().digest()
        : manifest.repository() + ":" + manifest.tags().getFirst();
  }

  private PushedManifest stored(NewManifest manifest) {
    cache.forget(manifest.repository(), manifest.manifest().digest(), manifest.tags());
    recent.add(manifest.repository(), manifest.manifest().digest(), manifest.tags());
    activity.pushed(manifest.repository());
    return new PushedManifest(
        manifest.manifest().digest(), manifest.document().subject(), manifest.tags());
  }

  private static void requireAll(NewManifest manifest, Outcome outcome) {
    if (!outcome.missing().isEmpty()) {
      throw missing(manifest.repository(), outcome.missing());
    }
  }

  private static RegistryException missing(RepositoryName repository, List<Digest> missing) {
    String digests =
        missing.stream().limit(10).map(Digest::toString).collect(Collectors.joining(", "));
    return new RegistryException(
        ErrorCode.MANIFEST_BLOB_UNKNOWN,
        "the manifest names content that repository "
            + repository
            + " does not have: "
            + digests
            + (missing.size() > 10 ? " and " + (missing.size() - 10) + " more" : "")
            + "; push it first",
        Map.of("digest", missing.getFirst().toString()));
  }

  /**
   * @param subject answered as {@code OCI-Subject}
   * @param tags answered as {@code OCI-Tag}
   */
  public record PushedManifest(Digest digest, Optional<Digest> subject, List<Tag> tags) {}
}
