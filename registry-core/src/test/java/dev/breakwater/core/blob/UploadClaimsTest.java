package dev.breakwater.core.blob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a request is told whose claim on an upload is lost while it writes. */
final class UploadClaimsTest {
  private static final UploadId UPLOAD = UploadId.random();

  @ParameterizedTest
  @EnumSource(names = {"BUSY", "TAKEN_OVER"})
  void isToldThatAnotherReplicaWrites(UploadClaim now) {
    assertThat(lost(now)).returns(ErrorCode.BLOB_UPLOAD_BUSY, RegistryException::code);
  }

  /** A database server that is killed forgets what it acknowledged last. */
  @ParameterizedTest
  @EnumSource(names = {"TAKEN", "GONE"})
  void isToldToTryAgainWhenTheDatabaseForgotTheClaim(UploadClaim now) {
    RegistryException error = lost(now);

    assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(error).hasMessageContaining(UPLOAD.toString()).hasMessageContaining("try again");
  }

  @Test
  void endsWithItsWorkOtherwise() {
    UploadClaims claims = claims(true, UploadClaim.TAKEN);

    StepVerifier.withVirtualTime(
            () -> claims.hold(UPLOAD, () -> Mono.delay(Duration.ofMinutes(1)).thenReturn("done")))
        .thenAwait(Duration.ofMinutes(1))
        .expectNext("done")
        .verifyComplete();
  }

  private static RegistryException lost(UploadClaim now) {
    UploadClaims claims = claims(false, UploadClaim.TAKEN, now);
    RegistryException[] told = new RegistryException[1];
    StepVerifier.withVirtualTime(() -> claims.hold(UPLOAD, Mono::never))
        .thenAwait(Duration.ofSeconds(3))
        .consumeErrorWith(error -> told[0] = (RegistryException) error)
        .verify();
    return told[0];
  }

  private static UploadClaims claims(boolean extended, UploadClaim... answers) {
    Queue<UploadClaim> claims = new ArrayDeque<>(List.of(answers));
    UploadRepository rows =
        (UploadRepository)
            Proxy.newProxyInstance(
                UploadClaimsTest.class.getClassLoader(),
                new Class<?>[] {UploadRepository.class},
                (_, method, _) ->
                    switch (method.getName()) {
                      case "claim" -> Mono.just(claims.remove());
                      case "extend" -> Mono.just(extended);
                      case "release" -> Mono.empty();
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    return new UploadClaims(rows, new InMemoryBlobStore());
  }
}
