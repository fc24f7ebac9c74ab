package dev.breakwater.http.v2;

import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.manifest.DeleteManifest;
import dev.breakwater.core.manifest.ManifestSettings;
import dev.breakwater.core.manifest.PullManifest;
import dev.breakwater.core.manifest.PushManifest;
import dev.breakwater.core.manifest.StoredManifest;
import dev.breakwater.core.manifest.TagCondition;
import dev.breakwater.core.oci.Digest;
import dev.breakwater.core.oci.Reference;
import dev.breakwater.core.oci.Tag;
import dev.breakwater.http.body.RequestBodies;
import dev.breakwater.http.server.Exchange;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerResponse;

/** Manifests: end-3, end-7 and end-9. */
public final class ManifestHandler {
  /** Larger ones are parsed off the event loop. */
  private static final int SMALL = 32 * 1024;

  private final PullManifest pull;
  private final PushManifest push;
  private final DeleteManifest delete;
  private final RequestBodies bodies;
  private final Scheduler workers;

  /**
   * @param workers parses large manifests
   */
  public ManifestHandler(
      PullManifest pull,
      PushManifest push,
      DeleteManifest delete,
      RequestBodies bodies,
      Scheduler workers) {
    this.pull = pull;
    this.push = push;
    this.delete = delete;
    this.bodies = bodies;
    this.workers = workers;
  }

  Mono<Void> handle(Exchange exchange, OciPath.Manifest path) {
    exchange.route("v2_manifest");
    return switch (exchange.method().name()) {
      case "GET", "HEAD" -> get(exchange, path);
      case "PUT" -> put(exchange, path);
      case "DELETE" ->
          delete
              .delete(
                  exchange.caller(), path.repository(), path.reference(), condition(exchange, path))
              .then(Mono.defer(() -> exchange.sendEmpty(202)));
      default -> throw Methods.notAllowed(exchange, "GET", "HEAD", "PUT", "DELETE");
    };
  }

  private Mono<Void> get(Exchange exchange, OciPath.Manifest path) {
    return pull.pull(
            exchange.caller(),
            path.repository(),
            path.reference(),
            digest -> !exchange.isHead() && !EntityTags.matches(exchange, entityTag(digest)))
        .flatMap(manifest -> send(exchange, manifest));
  }

  private static Mono<Void> send(Exchange exchange, StoredManifest manifest) {
    String digest = manifest.digest().toString();
    String entityTag = entityTag(manifest.digest());
    exchange.response().header("Docker-Content-Digest", digest).header("ETag", entityTag);
    if (EntityTags.matches(exchange, entityTag)) {
      return exchange.sendEmpty(304);
    }
    return exchange.sendBytes(200, manifest.mediaType(), manifest.bytes());
  }

  private static String entityTag(Digest digest) {
    return "\"" + digest + "\"";
  }

  private static TagCondition condition(Exchange exchange, OciPath.Manifest path) {
    return path.reference() instanceof Reference.ByTag
        ? TagConditions.of(exchange)
        : new TagCondition.None();
  }

  private Mono<Void> put(Exchange exchange, OciPath.Manifest path) {
    List<Tag> tags = tags(exchange, path.reference());
    return push.check(exchange.caller(), path.repository())
        .then(bodies.bytes(exchange, ManifestSettings.MAX_SIZE, ErrorCode.MANIFEST_TOO_LARGE))
        .defaultIfEmpty(new byte[0])
        .flatMap(this::offTheLoopIfLarge)
        .flatMap(bytes ->
            push.push(
                exchange.caller(),
                path.repository(),
                path.reference(),
                mediaType(exchange),
                bytes,
                tags,
                TagConditions.of(exchange)))
        .flatMap(pushed -> created(exchange, path, pushed, tags));
  }

  /** Further tags of a push by digest (end-7b); with a push by tag they have no meaning. */
  private static List<Tag> tags(Exchange exchange, Reference reference) {
    List<Tag> tags = exchange.parameters("tag").stream().map(Tag::parse).distinct().toList();
    if (tags.isEmpty() || reference instanceof Reference.ByDigest) {
      return tags;
    }
    exchange
        .response()
        .header(
            "Warning",
            "299 - \"the parameter 'tag' is ignored: push by digest to set several tags\"");
    return List.of();
  }

  private Mono<byte[]> offTheLoopIfLarge(byte[] bytes) {
    return bytes.length <= SMALL ? Mono.just(bytes) : Mono.just(bytes).publishOn(workers);
  }

  private static Mono<Void> created(
      Exchange exchange,
      OciPath.Manifest path,
      PushManifest.PushedManifest pushed,
      List<Tag> tags) {
    HttpServerResponse response =
        exchange
            .response()
            .header("Location", "/v2/" + path.repository() + "/manifests/" + pushed.digest())
            .header("Docker-Content-Digest", pushed.digest().toString());
    pushed.subject().ifPresent(subject -> response.header("OCI-Subject", subject.toString()));
    if (!tags.isEmpty()) {
      response.header("OCI-Tag", tags.stream().map(Tag::value).collect(Collectors.joining(", ")));
    }
    return exchange.sendEmpty(201);
  }

  /** Parameters are ignored (OCI distribution-spec, "Pushing Manifests"). */
  private static String mediaType(Exchange exchange) {
    String value = exchange.header(HttpHeaderNames.CONTENT_TYPE).orElse("");
    int semicolon = value.indexOf(';');
    return (semicolon < 0 ? value : value.substring(0, semicolon)).strip();
  }
}
