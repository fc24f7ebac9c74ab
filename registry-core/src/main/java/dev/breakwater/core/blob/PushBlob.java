package dev.breakwater.core.blob;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.project.Project;
import dev.breakwater.core.quota.ProjectSpace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Pushes a blob: begin a session, append once or several times, finish with the digest.
 *
 * <p>The row of a session holds the acknowledged offset. The store may hold more bytes, of a
 * request that broke off; they begin to count when the client asks how far the upload got and is
 * told so. A request that names no range goes on at the acknowledged offset, one with a range must
 * begin there or where the stored bytes end.
 */
public final class PushBlob {
  private static final Set<Action> PUSH = EnumSet.of(Action.PULL, Action.PUSH);

  /** For how long a client may ask again for an answer that it did not get. */
  private static final Duration REPETITION = Duration.ofMinutes(10);

  private final Authorizer authorizer;
  private final RememberedUploads uploads;
  private final BlobRepository blobs;
  private final UploadBytes bytes;
  private final RunningAppends appends;
  private final ProjectSpace space;
  private final FinishUpload finish;
  private final Duration expiry;
  private final Clock clock;

  public PushBlob(
      Authorizer authorizer,
      UploadRepository uploads,
      BlobRepository blobs,
      BlobStore store,
      ProjectSpace space,
      BlobSettings settings,
      Scheduler timer,
      Clock clock) {
    this.authorizer = authorizer;
    this.uploads = new RememberedUploads(uploads);
    this.blobs = blobs;
    this.bytes = new UploadBytes(this.uploads, store, space, settings);
    this.appends =
        new RunningAppends(settings.maxConcurrentUploads(), new UploadClaims(this.uploads, store));
    this.space = space;
    this.finish =
        new FinishUpload(this.uploads, blobs, store, bytes, space, settings, timer, clock);
    this.expiry = settings.uploadExpiry();
    this.clock = clock;
  }

  /**
   * Begins an upload.
   *
   * @throws RegistryException (as error signal) QUOTA_EXCEEDED if the project is full
   * @param algorithm what the blob will be addressed by, if the client said so
   */
  public Mono<UploadSession> begin(
      Caller caller, RepositoryName repository, Optional<DigestAlgorithm> algorithm) {
    return authorizer
        .require(caller, repository, PUSH)
        .map(project -> newSession(caller, repository, project))
        .delayUntil(this::create)
        .doOnNext(session -> algorithm.ifPresent(named -> bytes.expect(session, named)));
  }

  /**
   * Pushes a blob whose digest and bytes come in one request (OCI distribution-spec, end-4b).
   *
   * @param length the declared length of the body, if there is one
   */
  public Mono<Digest> pushWhole(
      Caller caller,
      RepositoryName repository,
      Digest digest,
      Optional<Long> length,
      BlobBody body) {
    return begin(caller, repository, Optional.of(digest.algorithm()))
        .flatMap(session ->
            finish(caller, repository, session.id(), digest, Optional.empty(), length, body)
                .onErrorResume(RegistryException.class, e -> bytes.discardFor(session.id(), e)));
  }

  /** How far the upload got; from now on every stored byte counts. */
  public Mono<UploadSession> status(Caller caller, RepositoryName repository, UploadId id) {
    return session(caller, repository, id).flatMap(bytes::acknowledgeStored);
  }

  /**
   * Appends the body (end-5).
   *
   * @param range which bytes these are, if the client said so
   * @param length the declared length of the body, if there is one
   * @return the session with its new offset
   */
  public Mono<UploadSession> append(
      Caller caller,
      RepositoryName repository,
      UploadId id,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return session(caller, repository, id)
        .flatMap(session ->
            appends.alone(
                id, () -> bytes.append(session, bytes.algorithm(id), range, length, body)));
  }

  /**
   * Appends the body, which may be empty, and makes the whole a blob of the repository (end-6).
   * Whoever lost the answer and asks again is told the same.
   *
   * @throws RegistryException (as error signal) DIGEST_INVALID when the bytes do not match
   */
  public Mono<Digest> finish(
      Caller caller,
      RepositoryName repository,
      UploadId id,
      Digest digest,
      Optional<ChunkRange> range,
      Optional<Long> length,
      BlobBody body) {
    return session(caller, repository, id)
        .flatMap(
            session -> appends.alone(id, () -> finish.finish(session, digest, range, length, body)))
        .onErrorResume(
            RegistryException.class,
            error ->
                error.code() == ErrorCode.BLOB_UPLOAD_UNKNOWN
                    ? finishedBefore(repository, digest, body).switchIfEmpty(Mono.error(error))
                    : Mono.error(error));
  }

  /** The digest if the repository got it a short while ago; nothing of the body is kept. */
  private Mono<Digest> finishedBefore(RepositoryName repository, Digest digest, BlobBody body) {
    Instant since = finish.leasedUntil().minus(REPETITION);
    return blobs
        .findLinked(repository, digest)
        .filter(blob -> !blob.lost() && !blob.leasedUntil().isBefore(since))
        .flatMap(_ -> body.drainTo(BlobSink.NOWHERE))
        .map(_ -> digest);
  }

  /** Ends the upload and throws its bytes away (end-14). */
  public Mono<Void> cancel(Caller caller, RepositoryName repository, UploadId id) {
    return session(caller, repository, id).flatMap(session -> bytes.discard(session.id()));
  }

  /**
   * Whether the caller was in the middle of this upload at a time, which is not longer ago than
   * unfinished uploads are kept: a token that ended then is good for finishing it.
   */
  public Mono<Boolean> wasRunning(
      Instant time, Caller caller, RepositoryName repository, UploadId id) {
    return Mono.defer(() ->
        clock.instant().isBefore(time.plus(expiry))
            ? own(caller, repository, id)
                .map(session -> session.startedAt().isBefore(time))
                .defaultIfEmpty(false)
            : Mono.just(false));
  }

  /** Uploads that began so long ago outlive the process from now on, with what they have. */
  public Mono<Void> keepOlderThan(Duration age) {
    return Mono.defer(() -> uploads.keep(clock.instant().minus(age)));
  }

  /** How many requests are writing at the moment. */
  public int running() {
    return appends.running();
  }

  /** Uploads that are being written now are not stale, however long one request lasts. */
  Mono<Void> touchRunning() {
    return Mono.defer(() -> {
      Set<UploadId> running = appends.uploads();
      return running.isEmpty() ? Mono.empty() : uploads.touch(running);
    });
  }

  /** Removes a session and its bytes; used for those that expired, too. */
  Mono<Void> discard(UploadId id) {
    return bytes.discard(id);
  }

  private UploadSession newSession(Caller caller, RepositoryName repository, Project project) {
    if (!repository.isInProject()) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID,
          "'" + repository + "' names only a project; push to '" + repository + "/NAME' instead");
    }
    return new UploadSession(
        UploadId.random(), repository, project.id(), caller.principal().key(), 0, clock.instant());
  }

  private Mono<Void> create(UploadSession session) {
    return space
        .hasPlenty(session.projectId())
        .flatMap(plenty ->
            plenty
                ? uploads
                    .create(session, ProjectSpace.AHEAD, space.aheadUntil())
                    .doOnNext(promise ->
                        space.promisedAhead(session.projectId(), session.id().value(), promise))
                    .then()
                : uploads.create(session));
  }

  /** A session belongs to the principal and the repository that began it. */
  private Mono<UploadSession> session(Caller caller, RepositoryName repository, UploadId id) {
    return authorizer
        .require(caller, repository, PUSH)
        .then(own(caller, repository, id))
        .switchIfEmpty(Mono.error(() -> UploadId.unknown(id.toString())));
  }

  private Mono<UploadSession> own(Caller caller, RepositoryName repository, UploadId id) {
    return uploads
        .find(id)
        .filter(session -> session.repository().equals(repository))
        .filter(session -> session.owner().equals(caller.principal().key()));
  }
}
