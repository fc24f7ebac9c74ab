package dev.breakwater.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import dev.breakwater.core.principal.Action;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Grants;
import dev.breakwater.core.principal.Principal;
import dev.breakwater.core.project.InMemoryProjectRepository;
import dev.breakwater.core.project.ProjectName;
import dev.breakwater.core.quota.InMemoryQuotaRepository;
import dev.breakwater.core.quota.ProjectSpace;
import dev.breakwater.core.quota.QuotaAlarm;
import dev.breakwater.core.transaction.InMemoryTransactions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class PushBlobTest {
  private static final RepositoryName REPOSITORY = RepositoryName.parse("team/app");
  private static final String LARGE = "x".repeat((int) BlobWriters.WORTH);
  private static final Caller ADMIN =
      Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource time = () -> now;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  private final InMemoryQuotaRepository quotas = new InMemoryQuotaRepository();
  private final InMemoryUploadRepository uploads = new InMemoryUploadRepository(clock, quotas);
  private final InMemoryBlobRepository blobs = new InMemoryBlobRepository(uploads);
  private final InMemoryBlobStore store = new InMemoryBlobStore();
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private PushBlob push = newPushBlob();

  @BeforeEach
  void createProject() {
    projects.create(ProjectName.parse("team"), false, 1).block();
  }

  @Test
  void storesWhatCameInSeveralRequests() {
    UploadId id = begin();

    assertThat(append(id, "hello ").received()).isEqualTo(6);
    assertThat(append(id, "world").received()).isEqualTo(11);
    Digest digest = finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.stored(digest)).asString(UTF_8).isEqualTo("hello world");
    assertThat(value(blobs.findLinked(REPOSITORY, digest)).size()).isEqualTo(11);
    assertThat(store.replays()).isZero();
  }

  @Test
  void refusesBytesThatDoNotMatchTheDigestAndForgetsThem() {
    UploadId id = begin();
    append(id, "hello");

    assertFails(() -> finish(id, sha256("other"), BlobBody.EMPTY), ErrorCode.DIGEST_INVALID);

    assertThat(store.stored(sha256("other"))).isEmpty();
    assertThat(blobs.findLinked(REPOSITORY, sha256("other")).blockOptional()).isEmpty();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void readsTheBytesBackWhenOnlyTheClosingRequestNamesSha512() {
    UploadId id = begin();
    append(id, "hello");
    Digest digest = Digest.compute(DigestAlgorithm.SHA512, "hello".getBytes(UTF_8));

    assertThat(finish(id, digest, BlobBody.EMPTY)).isEqualTo(digest);
    assertThat(store.replays()).isEqualTo(1);
  }

  @Test
  void finishesAnUploadWhoseBlobWasStoredByAProcessThatWasKilledBeforeItNotedThat() {
    UploadId id = begin();
    append(id, "hello");
    blobs.dieBeforeNextCommit();
    assertThatThrownBy(() -> finish(id, sha256("hello"), BlobBody.EMPTY)).hasMessage("killed");

    push = newPushBlob();
    Digest digest = finish(id, sha256("hello"), BlobBody.EMPTY);

    assertThat(value(blobs.findLinked(REPOSITORY, digest)).size()).isEqualTo(5);
    assertThat(store.uploaded(id).block()).isZero();
  }

  @Test
  void hashesOnceWhenTheAlgorithmIsNamedAtTheStart() {
    UploadSession session =
        value(push.begin(ADMIN, REPOSITORY, Optional.of(DigestAlgorithm.SHA512)));
    append(session.id(), "hello");

    finish(
        session.id(),
        Digest.compute(DigestAlgorithm.SHA512, "hello".getBytes(UTF_8)),
        BlobBody.EMPTY);

    assertThat(store.replays()).isZero();
  }

  @Test
  void goesOnAfterARestartByReadingBackOnce() {
    UploadId id = begin();
    append(id, "hello ");

    push = newPushBlob();
    append(id, "world");
    finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.replays()).isEqualTo(1);
  }

  @Test
  void refusesAChunkThatSkipsOrRepeatsBytesAndKeepsTheSession() {
    UploadId id = begin();
    appendAt(id, 0, "hello ");

    assertFails(() -> appendAt(id, 7, "x"), ErrorCode.RANGE_INVALID);
    assertFails(() -> appendAt(id, 0, "hello "), ErrorCode.RANGE_INVALID);

    assertThat(status(id).received()).isEqualTo(6);
    appendAt(id, 6, "world");
    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void refusesAChunkWhoseLengthIsNotItsRange() {
    UploadId id = begin();

    assertFails(
        () ->
            value(
                push.append(
                    ADMIN,
                    REPOSITORY,
                    id,
                    Optional.of(new ChunkRange(0, 9)),
                    Optional.of(5L),
                    body("hello"))),
        ErrorCode.SIZE_INVALID);
    assertFails(
        () ->
            value(
                push.append(
                    ADMIN,
                    REPOSITORY,
                    id,
                    Optional.of(new ChunkRange(0, 9)),
                    Optional.empty(),
                    body("hello"))),
        ErrorCode.SIZE_INVALID);
    assertThat(appendAt(id, 0, "hello").received()).isEqualTo(5);
  }

  @Test
  void goesOnAtTheAcknowledgedOffsetWhenARequestBrokeOff() {
    UploadId id = begin();
    append(id, "hello ");
    assertThatThrownBy(() ->
            value(
                push.append(
                    ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), broken("wo"))))
        .hasStackTraceContaining("broke off");

    append(id, "world");

    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void goesOnBehindTheStoredBytesOnceTheClientWasToldOfThem() {
    UploadId id = begin();
    append(id, "hello ");
    assertThatThrownBy(() ->
        value(
            push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), broken("wo"))));

    assertThat(status(id).received()).isEqualTo(8);
    append(id, "rld");

    finish(id, sha256("hello world"), BlobBody.EMPTY);
  }

  @Test
  void goesOnWithAnUploadThatTheDatabaseForgot() {
    UploadId id = begin();
    uploads.delete(id).block();
    append(id, "hello ");
    UploadSession forgotten = value(uploads.find(id));
    append(id, "world");
    uploads.delete(id).then(uploads.create(forgotten)).block();

    Digest digest = finish(id, sha256("hello world"), BlobBody.EMPTY);

    assertThat(store.stored(digest)).asString(UTF_8).isEqualTo("hello world");
    assertThat(store.replays()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void forgetsAnUploadThatWasCancelled() {
    UploadId id = begin();

    push.cancel(ADMIN, REPOSITORY, id).block();

    assertFails(() -> append(id, "hello"), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void answersAClosingRequestAgainWhenItsAnswerWasLost() {
    Digest digest = sha256("hello");
    UploadId id = begin();
    finish(id, digest, body("hello"));

    assertThat(finish(id, digest, body("hello"))).isEqualTo(digest);
    assertThat(finish(id, digest, BlobBody.EMPTY)).isEqualTo(digest);
    assertFails(() -> finish(id, sha256("other"), body("other")), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void hidesASessionFromEverybodyButItsOwnerAndRepository() {
    UploadId id = begin();
    Caller other = Caller.of(new Principal.User(2, "other", true), Credential.PASSWORD);

    assertFails(() -> value(push.status(other, REPOSITORY, id)), ErrorCode.BLOB_UPLOAD_UNKNOWN);
    assertFails(
        () -> value(push.status(ADMIN, RepositoryName.parse("team/other"), id)),
        ErrorCode.BLOB_UPLOAD_UNKNOWN);
    assertFails(() -> push.cancel(other, REPOSITORY, id).block(), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void refusesASecondRequestWhileOneIsWriting() {
    UploadId id = begin();
    Sinks.One<Long> never = Sinks.one();
    BlobBody waiting = _ -> never.asMono();

    var running =
        push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), waiting).subscribe();

    assertFails(() -> append(id, "x"), ErrorCode.BLOB_UPLOAD_BUSY);
    running.dispose();
    assertThat(append(id, "x").received()).isEqualTo(1);
  }

  @Test
  void refusesMoreUploadsThanTheLimit() {
    UploadId first = begin();
    UploadId second = begin();
    UploadId third = begin();
    BlobBody waiting = _ -> Mono.never();
    push.append(ADMIN, REPOSITORY, first, Optional.empty(), Optional.empty(), waiting).subscribe();
    push.append(ADMIN, REPOSITORY, second, Optional.empty(), Optional.empty(), waiting).subscribe();

    assertFails(() -> append(third, "x"), ErrorCode.TOO_MANY_REQUESTS);
    assertThat(push.running()).isEqualTo(2);
  }

  @Test
  void refusesWhoeverMayNotPush() {
    Caller anonymous = Caller.ANONYMOUS;
    Caller user = Caller.of(new Principal.User(2, "user", false), Credential.PASSWORD);
    Caller pullToken =
        Caller.withToken(
            ADMIN.principal(), new Grants(Map.of(REPOSITORY, Set.of(Action.PULL)), false));

    assertFails(() -> begin(anonymous), ErrorCode.UNAUTHORIZED);
    assertFails(() -> begin(user), ErrorCode.DENIED);
    assertFails(() -> begin(pullToken), ErrorCode.UNAUTHORIZED);
  }

  @Test
  void tellsThatTheProjectIsMissing() {
    assertFails(
        () -> value(push.begin(ADMIN, RepositoryName.parse("nowhere/app"), Optional.empty())),
        ErrorCode.NAME_UNKNOWN);
  }

  @Test
  void purgesSessionsThatNobodyTouched() {
    UploadId id = begin();
    append(id, "hello");
    Clock tomorrow = Clock.offset(clock, Duration.ofHours(25));

    Long purged = new PurgeUploads(uploads, push, settings(), tomorrow).purge().block();

    assertThat(purged).isEqualTo(1);
    assertThat(store.uploaded(id).block()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void doesNotPurgeWhatIsBeingWrittenHoweverLongThatTakes() {
    UploadId id = begin();
    append(id, "hello ");
    Sinks.Empty<Void> lastByte = Sinks.empty();
    BlobBody slow = sink -> lastByte.asMono().then(body("world").drainTo(sink));
    CompletableFuture<Digest> pushing =
        push.finish(
                ADMIN,
                REPOSITORY,
                id,
                sha256("hello world"),
                Optional.empty(),
                Optional.empty(),
                slow)
            .toFuture();

    now = now.plus(Duration.ofHours(25));
    Long purged = new PurgeUploads(uploads, push, settings(), clock).purge().block();
    lastByte.tryEmitEmpty();

    assertThat(purged).isZero();
    assertThat(pushing).isCompletedWithValue(sha256("hello world"));
  }

  @Test
  void writesOnceWhatSeveralPushAtOnce() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(body(LARGE).drainTo(sink)));

    var second = finishLarge(body(LARGE));
    assertThat(second).as("while the first one writes").isNotDone();
    lastByte.tryEmitEmpty();

    assertThat(first).isCompletedWithValue(sha256(LARGE));
    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(store.appends()).isEqualTo(1);
  }

  @Test
  void looksAtTheBytesOfThoseWhoNeedNotWrite() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(body(LARGE).drainTo(sink)));

    var liar = finishLarge(body(LARGE.replaceFirst("x", "y")));
    lastByte.tryEmitEmpty();

    assertThat(first).isCompleted();
    assertFails(() -> Mono.fromFuture(liar).block(), ErrorCode.DIGEST_INVALID);
  }

  @Test
  void writesInThePlaceOfOneWhoFailed() {
    Sinks.Empty<Void> lastByte = Sinks.empty();
    var first = finishLarge(sink -> lastByte.asMono().then(broken("xxx").drainTo(sink)));

    var second = finishLarge(body(LARGE));
    lastByte.tryEmitEmpty();

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(store.stored(sha256(LARGE))).hasSize(LARGE.length());
  }

  @Test
  void doesNotWaitForOneWhoseBytesDoNotCome() {
    var first = finishLarge(_ -> Mono.never());

    var second = finishLarge(body(LARGE));
    assertThat(second).isNotDone();
    timer.advanceTimeBy(BlobWriters.LOOK);

    assertThat(second).isCompletedWithValue(sha256(LARGE));
    assertThat(first).isNotDone();
  }

  /** In an upload of its own, in one request. */
  private CompletableFuture<Digest> finishLarge(BlobBody body) {
    return push.finish(
            ADMIN,
            REPOSITORY,
            begin(),
            sha256(LARGE),
            Optional.empty(),
            Optional.of((long) LARGE.length()),
            body)
        .toFuture();
  }

  @Test
  void promisesRoomForBytesThatComeAndGivesBackTheRest() {
    quotas.limitTo(100);
    push = newPushBlob();
    UploadId id = begin();

    append(id, "hello");

    assertThat(quotas.promised()).isEqualTo(5);
    finish(id, sha256("hello"), BlobBody.EMPTY);
  }

  @Test
  void promisesRoomToAnUploadAsItBeginsWhereThereIsPlenty() {
    quotas.limitTo(1L << 40);
    push = newPushBlob();
    begin(); // finds out that there is plenty
    long before = quotas.promised();

    UploadId id = begin();
    assertThat(quotas.promised() - before).isEqualTo(ProjectSpace.AHEAD);
    append(id, "hello");
    assertThat(quotas.promised() - before).isEqualTo(ProjectSpace.AHEAD);
  }

  @Test
  void endsAnUploadThatDoesNotFitAndFreesItsRoom() {
    quotas.limitTo(8);
    push = newPushBlob();
    UploadId id = begin();
    append(id, "hello");

    assertFails(() -> append(id, "world"), ErrorCode.QUOTA_EXCEEDED);

    assertThat(quotas.promised()).isZero();
    assertFails(() -> status(id), ErrorCode.BLOB_UPLOAD_UNKNOWN);
  }

  @Test
  void refusesToBeginInAFullProject() {
    quotas.limitTo(8);
    quotas.use(8);
    push = newPushBlob();

    assertFails(this::begin, ErrorCode.QUOTA_EXCEEDED);
  }

  @Test
  void freesTheRoomOfAnUploadThatIsCancelled() {
    quotas.limitTo(100);
    push = newPushBlob();
    UploadId id = begin();
    append(id, "hello");

    push.cancel(ADMIN, REPOSITORY, id).block();

    assertThat(quotas.promised()).isZero();
  }

  private PushBlob newPushBlob() {
    return new PushBlob(
        new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true)),
        uploads,
        blobs,
        store,
        new ProjectSpace(
            quotas,
            new InMemoryTransactions(),
            new QuotaAlarm(quotas, new InMemoryTransactions(), (_, _) -> Mono.empty()),
            clock),
        settings(),
        timer,
        clock);
  }

  private static BlobSettings settings() {
    return new BlobSettings(Duration.ofHours(24), Duration.ofHours(24), 2);
  }

  private UploadId begin() {
    return begin(ADMIN);
  }

  private UploadId begin(Caller caller) {
    return value(push.begin(caller, REPOSITORY, Optional.empty())).id();
  }

  private UploadSession append(UploadId id, String text) {
    return value(
        push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), body(text)));
  }

  private UploadSession appendAt(UploadId id, long first, String text) {
    ChunkRange range = new ChunkRange(first, first + text.length() - 1);
    return value(
        push.append(ADMIN, REPOSITORY, id, Optional.of(range), Optional.empty(), body(text)));
  }

  private UploadSession status(UploadId id) {
    return value(push.status(ADMIN, REPOSITORY, id));
  }

  private Digest finish(UploadId id, Digest digest, BlobBody body) {
    return value(
        push.finish(ADMIN, REPOSITORY, id, digest, Optional.empty(), Optional.empty(), body));
  }

  private static Digest sha256(String text) {
    return Digest.compute(DigestAlgorithm.SHA256, text.getBytes(UTF_8));
  }

  private static BlobBody body(String text) {
    return sink ->
        Mono.fromCallable(() -> {
          try {
            sink.write(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(UTF_8))}, 1);
          } finally {
            sink.close();
          }
          return (long) text.length();
        });
  }

  private static BlobBody broken(String text) {
    return sink ->
        body(text).drainTo(sink).then(Mono.error(() -> new IOException("the body broke off")));
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static <T> T value(Mono<T> mono) {
    return requireNonNull(mono.block());
  }
}
