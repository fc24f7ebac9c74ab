package dev.breakwater.storage.blob.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.storage.blob.FakeService;
import dev.breakwater.storage.blob.StoredPart;
import dev.breakwater.storage.blob.s3.S3Settings.Encryption;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent to a service, and what is made of its answers. */
class S3AnswersTest {
  private static final StoredPart PART = new StoredPart(1, 0, 1, "\"tag\"", "");
  private static final String COMPLETED =
      "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>";

  private FakeService service;
  private S3Client client;

  @BeforeEach
  void start() {
    service = FakeService.start();
    client = new S3Client(S3Stores.settings(service.endpoint(), ""));
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
  }

  @ParameterizedTest
  @CsvSource({
    "429, TooManyRequests",
    "503, SlowDown",
    "503, ServiceUnavailable",
    "500, InternalError",
    "400, RequestTimeout",
    "409, OperationAborted",
    "409, ExistingObjectIsDirectory"
  })
  void triesAgainWhatMayWorkAMomentLater(int status, String code) {
    service.thenError(status, code);
    long begin = System.nanoTime();

    client.objects().put("key", ByteBuffer.wrap(new byte[] {1})).block();

    assertThat(service.requests()).hasSize(2).allMatch(it -> it.method().equals("PUT"));
    assertThat(System.nanoTime() - begin).as("after a pause").isGreaterThan(40_000_000L);
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDenied", "400, InvalidArgument", "404, NoSuchBucket"})
  void doesNotAskAgainWhatWasRefused(int status, String code) {
    service.thenError(status, code);

    assertThatThrownBy(() -> client.objects().put("key", ByteBuffer.wrap(new byte[] {1})).block())
        .hasRootCauseMessage("S3 answered " + status + " " + code + ": as told");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void triesAgainWhatFailedAfterItHadBegunToAnswer() {
    service.thenError(200, "InternalError").then(200, COMPLETED);
    client.objects().complete("key", "upload", List.of(PART)).block();

    service
        .thenError(200, "SlowDown")
        .then(200, "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>");
    client.objects().copy("key", "other").block();

    assertThat(service.requests()).hasSize(4);
  }

  @Test
  void takesAnUploadForDoneWhoseAnswerGotLost() {
    service.thenError(503, "SlowDown").thenError(404, "NoSuchUpload").then(200, "another");

    assertThatThrownBy(() -> client.objects().complete("key", "upload", List.of(PART)).block())
        .as("the object that is there has another size")
        .hasMessageContaining("NoSuchUpload");
    assertThat(service.requests())
        .extracting(FakeService.Request::method)
        .containsExactly("POST", "POST", "HEAD");
  }

  @Test
  void asksTheServiceToEncryptWithItsOwnKeys() {
    try (S3Client encrypting = encrypting(new Encryption.Managed())) {
      write(encrypting.objects());
    }

    assertThat(creations())
        .hasSize(3)
        .allSatisfy(request -> {
          assertThat(request.header("x-amz-server-side-encryption")).isEqualTo("AES256");
          assertThat(request.header("Authorization")).contains("x-amz-server-side-encryption");
        });
  }

  @Test
  void asksTheServiceToEncryptWithAKeyOfTheKeyService() {
    try (S3Client encrypting = encrypting(new Encryption.KeyService(Optional.of("our-key")))) {
      write(encrypting.objects());
    }

    assertThat(creations())
        .hasSize(3)
        .allSatisfy(request -> {
          assertThat(request.header("x-amz-server-side-encryption")).isEqualTo("aws:kms");
          assertThat(request.header("x-amz-server-side-encryption-aws-kms-key-id"))
              .isEqualTo("our-key");
        });
    assertThat(service.requests())
        .filteredOn(request -> request.path().contains("partNumber"))
        .as("parts are encrypted as their upload was begun")
        .hasSize(1)
        .allSatisfy(part -> assertThat(part.header("x-amz-server-side-encryption")).isEmpty());
  }

  private S3Client encrypting(Encryption encryption) {
    return new S3Client(S3Stores.with(S3Stores.settings(service.endpoint(), ""), encryption));
  }

  private void write(S3Objects objects) {
    service
        .then(200, "")
        .then(200, "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>")
        .then(
            200,
            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
    objects.put("key", ByteBuffer.wrap(new byte[] {1})).block();
    objects.copy("key", "copy").block();
    objects.createMultipart("large").block();
    objects.uploadPart("large", "u", 1, 0, ByteBuffer.wrap(new byte[] {1})).block();
  }

  /** Requests that make an object. */
  private List<FakeService.Request> creations() {
    return service.requests().stream().filter(it -> !it.path().contains("partNumber")).toList();
  }
}
