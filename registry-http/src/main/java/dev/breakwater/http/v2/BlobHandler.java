package dev.breakwater.http.v2;

import dev.breakwater.core.blob.DeleteBlob;
import dev.breakwater.core.blob.PullBlob;
import dev.breakwater.http.body.BlobOutbound;
import dev.breakwater.http.server.Exchange;
import reactor.core.publisher.Mono;

/** Blobs: end-2 and end-10. */
public final class BlobHandler {
  private final PullBlob pull;
  private final DeleteBlob delete;
  private final BlobOutbound outbound;

  public BlobHandler(PullBlob pull, DeleteBlob delete, BlobOutbound outbound) {
    this.pull = pull;
    this.delete = delete;
    this.outbound = outbound;
  }

  Mono<Void> handle(Exchange exchange, OciPath.Blob path) {
    exchange.route("v2_blob");
    return switch (exchange.method().name()) {
      case "GET" -> get(exchange, path);
      case "HEAD" -> head(exchange, path);
      case "DELETE" ->
          delete
              .delete(exchange.caller(), path.repository(), path.digest())
              .then(Mono.defer(() -> exchange.sendEmpty(202)));
      default -> throw Methods.notAllowed(exchange, "GET", "HEAD", "DELETE");
    };
  }

  private Mono<Void> get(Exchange exchange, OciPath.Blob path) {
    String entityTag = entityTag(path);
    if (EntityTags.matches(exchange, entityTag)) {
      return pull.stat(exchange.caller(), path.repository(), path.digest())
          .flatMap(_ -> {
            describe(exchange, path);
            return exchange.sendEmpty(304);
          });
    }
    return pull.open(exchange.caller(), path.repository(), path.digest())
        .flatMap(content -> {
          describe(exchange, path);
          return outbound.send(exchange, content, entityTag);
        });
  }

  private Mono<Void> head(Exchange exchange, OciPath.Blob path) {
    return pull.stat(exchange.caller(), path.repository(), path.digest())
        .flatMap(size -> {
          describe(exchange, path);
          return exchange
              .response()
              .status(200)
              .header("Content-Length", Long.toString(size))
              .send()
              .then();
        });
  }

  private static void describe(Exchange exchange, OciPath.Blob path) {
    exchange
        .response()
        .header("Content-Type", "application/octet-stream")
        .header("Docker-Content-Digest", path.digest().toString())
        .header("ETag", entityTag(path))
        .header("Accept-Ranges", "bytes")
        .header("Cache-Control", "private, max-age=31536000, immutable");
  }

  private static String entityTag(OciPath.Blob path) {
    return "\"" + path.digest() + "\"";
  }
}
