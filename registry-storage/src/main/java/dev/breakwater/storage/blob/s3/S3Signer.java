package dev.breakwater.storage.blob.s3;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Signs requests (AWS Signature Version 4). Bodies are not a part of the signature: hashing all
 * bytes once more would cost as much as everything else together. Checksums protect them.
 */
final class S3Signer {
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final String region;
  private final Clock clock;

  S3Signer(String region, Clock clock) {
    this.region = region;
    this.clock = clock;
  }

  /** The request with its signature among the headers. */
  SdkHttpRequest sign(S3Request request, S3Address address, AwsCredentialsIdentity identity) {
    SdkHttpRequest plain =
        unsigned(request, address).putHeader("x-amz-content-sha256", UNSIGNED).build();
    return signer.sign(sign(plain, identity).build()).request();
  }

  /** A location of the object that needs no further credentials. */
  URI presign(
      S3Request request, S3Address address, AwsCredentialsIdentity identity, Duration lifetime) {
    return signer
        .sign(
            sign(unsigned(request, address).build(), identity)
                .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, lifetime)
                .build())
        .request()
        .getUri();
  }

  private SignRequest.Builder<AwsCredentialsIdentity> sign(
      SdkHttpRequest request, AwsCredentialsIdentity identity) {
    return SignRequest.builder(identity)
        .request(request)
        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
        .putProperty(HttpSigner.SIGNING_CLOCK, clock);
  }

  private static SdkHttpRequest.Builder unsigned(S3Request request, S3Address address) {
    SdkHttpRequest.Builder builder =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method().name()))
            .protocol(address.scheme())
            .host(address.host())
            .port(address.port())
            .encodedPath(address.pathOf(request.key()));
    request.query().forEach(builder::putRawQueryParameter);
    request.headers().forEach(builder::putHeader);
    return builder;
  }
}
