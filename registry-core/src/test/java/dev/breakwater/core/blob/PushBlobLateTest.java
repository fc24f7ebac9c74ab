package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.core.principal.Credential;
import dev.breakwater.core.principal.Principal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Uploads that go on when the token has ended that they were begun with. */
final class PushBlobLateTest extends InMemoryPush {
  private static final Caller OTHER =
      Caller.of(new Principal.User(2, "other", true), Credential.PASSWORD);

  private final UploadId id = UploadId.random();

  @Test
  void wasRunningForWhoeverBeganItInTimeInThisRepository() {
    UploadId begun = begin();
    Instant end = now.plusSeconds(30);
    now = end.plusSeconds(60);
    append(begun, "bytes");

    assertThat(wasRunning(end, ADMIN, REPOSITORY, begun)).isTrue();
    assertThat(wasRunning(end.minusSeconds(30), ADMIN, REPOSITORY, begun)).isFalse();
    assertThat(wasRunning(end, OTHER, REPOSITORY, begun)).isFalse();
    assertThat(wasRunning(end, ADMIN, RepositoryName.parse("team/other"), begun)).isFalse();
    assertThat(wasRunning(end, ADMIN, REPOSITORY, id)).isFalse();
  }

  @Test
  void wasNotRunningLongerAgoThanUploadsAreKept() {
    UploadId begun = begin();
    Instant end = now.plusSeconds(30);

    now = end.plus(settings().uploadExpiry()).minus(Duration.ofSeconds(1));
    assertThat(wasRunning(end, ADMIN, REPOSITORY, begun)).isTrue();
    now = now.plusSeconds(1);
    assertThat(wasRunning(end, ADMIN, REPOSITORY, begun)).isFalse();
  }

  private boolean wasRunning(
      Instant time, Caller caller, RepositoryName repository, UploadId upload) {
    return value(push.wasRunning(time, caller, repository, upload));
  }
}
