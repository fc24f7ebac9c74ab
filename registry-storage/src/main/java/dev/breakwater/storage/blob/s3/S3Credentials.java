package dev.breakwater.storage.blob.s3;

import java.io.IOException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Who we are: a key of our own, or whatever AWS's chain finds. The chain reads files and asks other
 * machines, so it runs on a worker; what it found is asked for again every minute, and the chain
 * itself knows when to renew it.
 */
final class S3Credentials {
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final Mono<AwsCredentialsIdentity> current;

  S3Credentials(S3Settings settings, Scheduler workers) {
    AwsCredentialsProvider provider =
        settings
            .keys()
            .<AwsCredentialsProvider>map(keys ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(keys.access(), keys.secret())))
            .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    Mono<AwsCredentialsIdentity> found =
        Mono.<AwsCredentialsIdentity>fromCallable(provider::resolveCredentials)
            .subscribeOn(workers)
            .onErrorMap(SdkClientException.class, S3Credentials::notFound);
    this.current = found.cache(_ -> KEPT, _ -> Duration.ZERO, () -> Duration.ZERO);
  }

  Mono<AwsCredentialsIdentity> current() {
    return current;
  }

  private static IOException notFound(SdkClientException e) {
    return new IOException("no credentials for S3: " + e.getMessage(), e);
  }
}
