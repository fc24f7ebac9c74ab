package dev.breakwater.http.v2;

import dev.breakwater.core.blob.ChunkRange;
import dev.breakwater.core.blob.MountBlob;
import dev.breakwater.core.blob.PushBlob;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.blob.UploadSession;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.DigestAlgorithm;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/** Uploads: end-4, end-5, end-6, end-11, end-13 and end-14. */
public final class UploadHandler {
  /** {@code 0-99} by the specification; clients also send the form of RFC 9110. */
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/(?:[0-9]{1,18}|\\*))?");

  private final PushBlob push;
  private final MountBlob mount;
  private final RequestBodies bodies;

  public UploadHandler(PushBlob push, MountBlob mount, RequestBodies bodies) {
    this.push = push;
    this.mount = mount;
    this.bodies = bodies;
  }

  Mono<Void> handle(Exchange exchange, OciPath.Uploads path) {
    exchange.route("v2_blob_upload");
    Methods.require(exchange, "POST");
    RepositoryName repository = path.repository();
    Optional<Digest> digest = exchange.parameter("digest").map(Digest::parse);
    if (digest.isPresent()) {
      return push.pushWhole(
              exchange.caller(),
              repository,
              digest.get(),
              exchange.contentLength(),
              bodies.blob(exchange))
          .flatMap(pushed -> created(exchange, repository, pushed));
    }
    Optional<Digest> wanted = exchange.parameter("mount").map(Digest::parse);
    if (wanted.isPresent()) {
      Optional<RepositoryName> from = exchange.parameter("from").map(RepositoryName::parse);
      return mount
          .mount(exchange.caller(), repository, wanted.get(), from)
          .map(Optional::of)
          .defaultIfEmpty(Optional.empty())
          .flatMap(mounted ->
              mounted.isPresent()
                  ? created(exchange, repository, mounted.get())
                  : begin(exchange, repository, Optional.of(wanted.get().algorithm())));
    }
    return begin(exchange, repository, algorithm(exchange));
  }

  Mono<Void> handle(Exchange exchange, OciPath.Upload path) {
    exchange.route("v2_blob_upload");
    RepositoryName repository = path.repository();
    return switch (exchange.method().name()) {
      case "GET", "HEAD" ->
          push.status(exchange.caller(), repository, UploadId.parse(path.id()))
              .flatMap(session -> progress(exchange, session, 204));
      case "PATCH" -> patch(exchange, repository, UploadId.parse(path.id()));
      case "PUT" -> put(exchange, repository, UploadId.parse(path.id()));
      case "DELETE" ->
          push.cancel(exchange.caller(), repository, UploadId.parse(path.id()))
              .then(Mono.defer(() -> exchange.sendEmpty(204)));
      default -> throw Methods.notAllowed(exchange, "GET", "PATCH", "PUT", "DELETE");
    };
  }

  private Mono<Void> begin(
      Exchange exchange, RepositoryName repository, Optional<DigestAlgorithm> algorithm) {
    return push.begin(exchange.caller(), repository, algorithm)
        .flatMap(session -> progress(exchange, session, 202));
  }

  private Mono<Void> patch(Exchange exchange, RepositoryName repository, UploadId id) {
    return push.append(
            exchange.caller(),
            repository,
            id,
            range(exchange),
            exchange.contentLength(),
            bodies.blob(exchange))
        .flatMap(session -> progress(exchange, session, 202));
  }

  private Mono<Void> put(Exchange exchange, RepositoryName repository, UploadId id) {
    Digest digest =
        exchange
            .parameter("digest")
            .map(Digest::parse)
            .orElseThrow(() ->
                new RegistryException(
                    ErrorCode.DIGEST_INVALID, "the closing PUT needs the parameter 'digest'"));
    return push.finish(
            exchange.caller(),
            repository,
            id,
            digest,
            range(exchange),
            exchange.contentLength(),
            bodies.blob(exchange))
        .flatMap(pushed -> created(exchange, repository, pushed));
  }

  private static Mono<Void> created(Exchange exchange, RepositoryName repository, Digest digest) {
    exchange
        .response()
        .header("Location", "/v2/" + repository + "/blobs/" + digest)
        .header("Docker-Content-Digest", digest.toString());
    return exchange.sendEmpty(201);
  }

  /** Where to go on, and how many bytes have arrived: {@code 0-0} stands for none, too. */
  private static Mono<Void> progress(Exchange exchange, UploadSession session, int status) {
    exchange
        .response()
        .header("Location", "/v2/" + session.repository() + "/blobs/uploads/" + session.id())
        .header("Range", "0-" + Math.max(0, session.received() - 1))
        .header("Docker-Upload-UUID", session.id().toString())
        .header("OCI-Chunk-Min-Length", "1");
    return exchange.sendEmpty(status);
  }

  private static Optional<DigestAlgorithm> algorithm(Exchange exchange) {
    return exchange
        .parameter("digest-algorithm")
        .map(label ->
            DigestAlgorithm.find(label)
                .orElseThrow(() ->
                    new RegistryException(
                        ErrorCode.DIGEST_INVALID,
                        "digest-algorithm '"
                            + Printable.shorten(label)
                            + "' is not known; use sha256 or sha512")));
  }

  private static Optional<ChunkRange> range(Exchange exchange) {
    Optional<String> header = exchange.header(HttpHeaderNames.CONTENT_RANGE);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = CONTENT_RANGE.matcher(header.get());
    if (!matcher.matches()) {
      throw malformed(header.get());
    }
    ChunkRange range =
        new ChunkRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    if (range.length() < 0) {
      throw malformed(header.get());
    }
    return Optional.of(range);
  }

  private static RegistryException malformed(String header) {
    return new RegistryException(
        ErrorCode.BLOB_UPLOAD_INVALID,
        "Content-Range '"
            + Printable.shorten(header)
            + "' is not two byte positions such as 0-1023");
  }
}
