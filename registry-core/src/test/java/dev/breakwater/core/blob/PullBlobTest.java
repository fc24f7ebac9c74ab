package dev.breakwater.core.blob;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.blob.BlobRepository.LinkedBlob;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.permission.InMemoryRoleRepository;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

final class PullBlobTest extends InMemoryPush {
  private static final Digest DIGEST = sha256("hello");
  private static final Duration LEASE = settings().lease();

  private final PullBlob pull =
      new PullBlob(
          new Authorizer(projects, new InMemoryRoleRepository(), () -> Mono.just(true)),
          blobs,
          new LinkCache(blobs),
          store,
          settings(),
          clock);

  @BeforeEach
  void pushBlob() {
    finish(begin(), DIGEST, body("hello"));
  }

  @Test
  void promisesABlobFromMemoryWhileMoreThanAnHourOfItsLeaseIsLeft() {
    assertThat(size()).isEqualTo(5);
    assertThat(size()).isEqualTo(5);
    assertThat(blobs.lookups()).isEqualTo(1);

    now = now.plus(LEASE).minus(Duration.ofMinutes(59));

    assertThat(size()).isEqualTo(5);
    assertThat(blobs.findLinked(REPOSITORY, DIGEST).block())
        .isEqualTo(new LinkedBlob(5, now.plus(LEASE), false));
  }

  @Test
  void promisesNothingWhoseLinkIsGoneAsItsLeaseIsToBeRenewed() {
    assertThat(size()).isEqualTo(5);

    blobs.unlink(REPOSITORY, DIGEST).block();
    now = now.plus(LEASE).minus(Duration.ofMinutes(59));

    assertFails(this::size, ErrorCode.BLOB_UNKNOWN);
    assertFails(this::size, ErrorCode.BLOB_UNKNOWN);
  }

  private long size() {
    return requireNonNull(pull.stat(ADMIN, REPOSITORY, DIGEST).block());
  }
}
