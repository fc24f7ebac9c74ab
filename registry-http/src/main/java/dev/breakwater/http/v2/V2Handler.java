package dev.breakwater.http.v2;

import dev.breakwater.auth.token.ExpiredTokenException;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.Printable;
import dev.breakwater.http.server.Authentication;
import dev.breakwater.http.server.Exchange;
import dev.breakwater.http.server.Handler;
import reactor.core.publisher.Mono;

/** Finds out who is calling and which endpoint is meant, and hands over. */
public final class V2Handler implements Handler {
  private final Authentication authentication;
  private final LateUploads late;
  private final ManifestHandler manifests;
  private final BlobHandler blobs;
  private final UploadHandler uploads;
  private final ListHandler lists;

  public V2Handler(
      Authentication authentication,
      LateUploads late,
      ManifestHandler manifests,
      BlobHandler blobs,
      UploadHandler uploads,
      ListHandler lists) {
    this.authentication = authentication;
    this.late = late;
    this.manifests = manifests;
    this.blobs = blobs;
    this.uploads = uploads;
    this.lists = lists;
  }

  @Override
  public Mono<Void> handle(Exchange exchange) {
    exchange.route("v2_others");
    exchange.response().header("Docker-Distribution-Api-Version", "registry/2.0");
    return authentication
        .authenticate(exchange)
        .onErrorResume(ExpiredTokenException.class, expired -> late.caller(exchange, expired))
        .flatMap(caller -> {
          exchange.caller(caller);
          return route(exchange);
        });
  }

  private Mono<Void> route(Exchange exchange) {
    OciPath path =
        OciPath.parse(exchange.path())
            .orElseThrow(() ->
                new RegistryException(
                    ErrorCode.NOT_FOUND,
                    "there is no endpoint " + Printable.shorten(exchange.path())));
    return switch (path) {
      case OciPath.Base _ -> base(exchange);
      case OciPath.Catalog _ -> lists.catalog(exchange);
      case OciPath.Manifest manifest -> manifests.handle(exchange, manifest);
      case OciPath.Blob blob -> blobs.handle(exchange, blob);
      case OciPath.Uploads target -> uploads.handle(exchange, target);
      case OciPath.Upload upload -> uploads.handle(exchange, upload);
      case OciPath.Tags tags -> lists.tags(exchange, tags);
      case OciPath.Referrers referrers -> lists.referrers(exchange, referrers);
    };
  }

  /**
   * Without a credential always 401, even where anybody may pull: docker and skopeo learn the realm
   * from this answer alone.
   */
  private static Mono<Void> base(Exchange exchange) {
    exchange.route("v2_base");
    Methods.require(exchange, "GET", "HEAD");
    if (exchange.caller().isUnauthenticated()) {
      return Mono.error(
          new RegistryException(ErrorCode.UNAUTHORIZED, "log in, or ask for an anonymous token"));
    }
    return exchange.sendBytes(200, "application/json", new byte[] {'{', '}'});
  }
}
