package dev.breakwater.storage.blob.s3;

import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Signs a request with whatever credentials the environment has, and shows the signature. */
final class CredentialsProbe {
  private CredentialsProbe() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    S3Settings settings = S3Stores.settings(URI.create("http://localhost"), "");
    S3Settings keyless = S3Stores.change(settings, settings.pathStyle(), Optional.empty());
    SdkHttpRequest signed =
        new S3Signer("us-east-1", Clock.systemUTC())
            .sign(
                S3Request.of(HttpMethod.GET, "key"),
                S3Address.of(settings, settings.endpoint()),
                Objects.requireNonNull(
                    new S3Credentials(keyless, Schedulers.immediate()).current().block()));
    for (String header : List.of("Authorization", "X-Amz-Security-Token")) {
      System.out.println(header + ": " + signed.firstMatchingHeader(header).orElse(""));
    }
  }
}
