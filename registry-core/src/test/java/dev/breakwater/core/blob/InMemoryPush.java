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
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
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
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A {@link PushBlob} over memory, and what tests do with it. */
abstract class InMemoryPush {
  static final RepositoryName REPOSITORY = RepositoryName.parse("team/app");
  static final Caller ADMIN = Caller.of(new Principal.User(1, "admin", true), Credential.PASSWORD);

  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final InstantSource time = () -> now;
  final Clock clock = time.withZone(ZoneOffset.UTC);
  final InMemoryProjectRepository projects = new InMemoryProjectRepository();
  final InMemoryQuotaRepository quotas = new InMemoryQuotaRepository();
  final InMemoryUploadRepository uploads = new InMemoryUploadRepository(clock, quotas);
  final InMemoryBlobRepository blobs = new InMemoryBlobRepository(uploads);
  final InMemoryBlobStore store = new InMemoryBlobStore();
  final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  PushBlob push = newPushBlob();

  @BeforeEach
  void createProject() {
    projects.create(ProjectName.parse("team"), false, 1).block();
  }

  PushBlob newPushBlob() {
    return new PushBlob(
        new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true)),
        uploads,
        blobs,
        store,
        new ProjectSpace(
            quotas,
            new InMemoryTransactions(),
            new QuotaAlarm(quotas, new InMemoryTransactions(), (_, _) -> Mono.empty()),
            Mono.just(true),
            clock),
        settings(),
        timer,
        clock);
  }

  static BlobSettings settings() {
    return new BlobSettings(Duration.ofHours(24), Duration.ofHours(24), 2);
  }

  UploadId begin() {
    return begin(ADMIN);
  }

  UploadId begin(Caller caller) {
    return value(push.begin(caller, REPOSITORY, Optional.empty())).id();
  }

  UploadSession append(UploadId id, String text) {
    return value(
        push.append(ADMIN, REPOSITORY, id, Optional.empty(), Optional.empty(), body(text)));
  }

  UploadSession appendAt(UploadId id, long first, String text) {
    ChunkRange range = new ChunkRange(first, first + text.length() - 1);
    return value(
        push.append(ADMIN, REPOSITORY, id, Optional.of(range), Optional.empty(), body(text)));
  }

  UploadSession status(UploadId id) {
    return value(push.status(ADMIN, REPOSITORY, id));
  }

  Digest finish(UploadId id, Digest digest, BlobBody body) {
    return value(
        push.finish(ADMIN, REPOSITORY, id, digest, Optional.empty(), Optional.empty(), body));
  }

  static Digest sha256(String text) {
    return Digest.compute(DigestAlgorithm.SHA256, text.getBytes(UTF_8));
  }

  static BlobBody body(String text) {
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

  static BlobBody broken(String text) {
    return sink ->
        body(text).drainTo(sink).then(Mono.error(() -> new IOException("the body broke off")));
  }

  static void assertFails(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  static <T> T value(Mono<T> mono) {
    return requireNonNull(mono.block());
  }
}
