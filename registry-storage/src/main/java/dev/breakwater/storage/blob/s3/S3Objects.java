package dev.breakwater.storage.blob.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.blob.ReadStep;
import dev.breakwater.storage.blob.StoredPart;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What can be asked of a bucket: one method per operation of the service. */
final class S3Objects {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final S3Http http;
  private final S3Settings settings;
  private final Checksums checksums;

  S3Objects(S3Http http, S3Settings settings) {
    this.http = http;
    this.settings = settings;
    this.checksums = new Checksums(settings.checksum());
  }

  /** HeadObject; empty: there is none. */
  Mono<S3Answer> head(String key) {
    return absentIsEmpty(http.send(S3Request.of(HttpMethod.HEAD, key)));
  }

  /** GetObject; empty: there is none. */
  Mono<S3Content> get(String key) {
    S3Request request = S3Request.of(HttpMethod.GET, key);
    return absentIsEmpty(http.open(request))
        .flatMap(download ->
            Mono.fromCallable(() ->
                new S3Content(
                    http,
                    request,
                    download,
                    download.head().header("ETag"),
                    download.head().length())));
  }

  /** GetObject of a part, in memory. */
  Mono<byte[]> get(String key, long first, int length) {
    return http.send(
            S3Request.of(HttpMethod.GET, key)
                .withHeader("Range", "bytes=" + first + "-" + (first + length - 1)))
        .map(S3Answer::body);
  }

  /** The first bytes of an object, step by step. */
  Flux<byte[]> read(String key, long length) {
    return Flux.fromIterable(ReadStep.through(length))
        .concatMap(step -> get(key, step.first(), step.length()), 1);
  }

  /** A location at which GetObject works for anybody. */
  Mono<URI> locate(String key, S3Address external, Duration lifetime) {
    return http.presign(S3Request.of(HttpMethod.GET, key), external, lifetime);
  }

  /** PutObject. */
  Mono<Void> put(String key, ByteBuffer bytes) {
    return http.send(
            S3Request.of(HttpMethod.PUT, key)
                .withBody(bytes)
                .withHeaders(checksums.headers(bytes))
                .withHeaders(encryption()))
        .then();
  }

  /** DeleteObject; nothing happens when there is none. */
  Mono<Void> delete(String key) {
    return absentIsEmpty(http.send(S3Request.of(HttpMethod.DELETE, key))).then();
  }

  /**
   * DeleteObject if it is still this one.
   *
   * @return false: it is another one, as far as the service looks
   */
  Mono<Boolean> delete(String key, String entityTag) {
    return http.send(S3Request.of(HttpMethod.DELETE, key).withHeader("If-Match", entityTag))
        .thenReturn(true)
        .onErrorResume(
            S3Exception.class,
            error -> error.status() == 412 ? Mono.just(false) : Mono.error(error));
  }

  /** CopyObject, up to 5 GiB. */
  Mono<Void> copy(String from, String to) {
    return http.sendForDocument(
            S3Request.of(HttpMethod.PUT, to)
                .withPatience(LONG)
                .withHeader("x-amz-copy-source", source(from))
                .withHeaders(encryption()),
            "CopyObjectResult")
        .then();
  }

  /** CreateMultipartUpload; what names it. */
  Mono<String> createMultipart(String key) {
    return createMultipart(key, checksums.announcement());
  }

  /** The same for parts that the service copies: it knows their checksums. */
  Mono<String> createCopy(String key) {
    return createMultipart(key, Map.of());
  }

  private Mono<String> createMultipart(String key, Map<String, String> announcement) {
    return http.sendForDocument(
            S3Request.of(HttpMethod.POST, key)
                .with("uploads", "")
                .withHeaders(announcement)
                .withHeaders(encryption()),
            "InitiateMultipartUploadResult")
        .flatMap(result -> Mono.fromCallable(() -> result.get("UploadId")));
  }

  /** UploadPart. */
  Mono<StoredPart> uploadPart(
      String key, String multipart, int number, long first, ByteBuffer bytes) {
    Map<String, String> sums = checksums.headers(bytes);
    int size = bytes.remaining();
    return http.send(part(key, multipart, number).withBody(bytes).withHeaders(sums))
        .flatMap(answer ->
            Mono.fromCallable(() ->
                new StoredPart(number, first, size, answer.header("ETag"), Checksums.told(sums))));
  }

  /** UploadPartCopy: a part out of an object that is there. */
  Mono<StoredPart> copyPart(
      String key,
      String multipart,
      int number,
      long first,
      String from,
      long fromFirst,
      long length) {
    return http.sendForDocument(
            part(key, multipart, number)
                .withPatience(LONG)
                .withHeader("x-amz-copy-source", source(from))
                .withHeader(
                    "x-amz-copy-source-range",
                    "bytes=" + fromFirst + "-" + (fromFirst + length - 1)),
            "CopyPartResult",
            // Of S3Proxy.
            "CopyObjectResult")
        .flatMap(result ->
            Mono.fromCallable(() ->
                new StoredPart(
                    number,
                    first,
                    length,
                    result.get("ETag"),
                    result.find("ChecksumCRC32C").orElse(""))));
  }

  /** Whether what is known of a part is enough to put it together with others. */
  boolean isComplete(StoredPart part) {
    return settings.checksum() != S3Settings.Checksum.CRC32C || !part.checksum().isEmpty();
  }

  private static S3Request part(String key, String multipart, int number) {
    return S3Request.of(HttpMethod.PUT, key)
        .with("partNumber", Integer.toString(number))
        .with("uploadId", multipart);
  }

  /** CompleteMultipartUpload, see {@link #unlessCompleted}. */
  Mono<Void> complete(String key, String multipart, List<StoredPart> parts) {
    long size = parts.stream().mapToLong(StoredPart::size).sum();
    return http.sendForDocument(
            S3Request.of(HttpMethod.POST, key)
                .with("uploadId", multipart)
                .withBody(ByteBuffer.wrap(document(parts).getBytes(UTF_8)))
                .withHeader("Content-Type", "application/xml")
                .withPatience(LONG),
            "CompleteMultipartUploadResult")
        .then()
        .onErrorResume(S3Exception.class, error -> unlessCompleted(error, key, size));
  }

  /**
   * The error, unless it says that an upload is unknown whose object is there: then it was
   * completed and nobody heard of it, because the answer got lost or whoever waited for it was
   * killed.
   */
  Mono<Void> unlessCompleted(S3Exception error, String key, long size) {
    return error.isAbsent()
        ? head(key)
            .filterWhen(head -> Mono.fromCallable(() -> head.length() == size))
            .switchIfEmpty(Mono.error(error))
            .then()
        : Mono.error(error);
  }

  private static String document(List<StoredPart> parts) {
    StringBuilder text = new StringBuilder("<CompleteMultipartUpload>");
    for (StoredPart part : parts) {
      text.append("<Part><PartNumber>")
          .append(part.number())
          .append("</PartNumber><ETag>")
          .append(XmlElement.escape(part.entityTag()))
          .append("</ETag>");
      if (!part.checksum().isEmpty()) {
        text.append("<ChecksumCRC32C>").append(part.checksum()).append("</ChecksumCRC32C>");
      }
      text.append("</Part>");
    }
    return text.append("</CompleteMultipartUpload>").toString();
  }

  /** AbortMultipartUpload; nothing happens when there is none. */
  Mono<Void> abort(String key, String multipart) {
    return absentIsEmpty(
            http.send(S3Request.of(HttpMethod.DELETE, key).with("uploadId", multipart)))
        .then();
  }

  /**
   * ListObjectsV2, a page of at most 1,000.
   *
   * @param continuation where the last page ended; empty: from the beginning
   */
  Mono<XmlElement> list(String prefix, Optional<String> continuation) {
    return list(
        S3Request.of(HttpMethod.GET, "").with("list-type", "2").with("prefix", prefix),
        continuation);
  }

  /** ListObjectsV2 up to the next slash behind the prefix, a page of at most 1,000. */
  Mono<XmlElement> listFolders(String prefix, Optional<String> continuation) {
    return list(
        S3Request.of(HttpMethod.GET, "")
            .with("list-type", "2")
            .with("delimiter", "/")
            .with("prefix", prefix),
        continuation);
  }

  private Mono<XmlElement> list(S3Request request, Optional<String> continuation) {
    return http.sendForDocument(
        continuation.map(token -> request.with("continuation-token", token)).orElse(request),
        "ListBucketResult");
  }

  /**
   * ListMultipartUploads, a page of at most 1,000.
   *
   * @param before the page before; empty: the first one is wanted
   */
  Mono<XmlElement> listMultiparts(String prefix, Optional<XmlElement> before) {
    S3Request request = S3Request.of(HttpMethod.GET, "").with("uploads", "").with("prefix", prefix);
    return http.sendForDocument(
        before.map(page -> behind(request, page)).orElse(request), "ListMultipartUploadsResult");
  }

  private static S3Request behind(S3Request request, XmlElement page) {
    return request
        .with("key-marker", page.find("NextKeyMarker").orElse(""))
        .with("upload-id-marker", page.find("NextUploadIdMarker").orElse(""));
  }

  private String source(String key) {
    return "/" + settings.bucket() + "/" + S3Address.encode(key);
  }

  private Map<String, String> encryption() {
    return switch (settings.encryption()) {
      case S3Settings.Encryption.Default() -> Map.of();
      case S3Settings.Encryption.Managed() -> Map.of("x-amz-server-side-encryption", "AES256");
      case S3Settings.Encryption.KeyService(Optional<String> key) -> {
        Map<String, String> headers = new HashMap<>();
        headers.put("x-amz-server-side-encryption", "aws:kms");
        key.ifPresent(id -> headers.put("x-amz-server-side-encryption-aws-kms-key-id", id));
        yield headers;
      }
    };
  }

  private static <T> Mono<T> absentIsEmpty(Mono<T> answer) {
    return answer.onErrorResume(
        S3Exception.class, error -> error.isAbsent() ? Mono.empty() : Mono.error(error));
  }
}
