package dev.breakwater.http.v2;

import dev.breakwater.auth.login.Authenticator;
import dev.breakwater.auth.token.ExpiredTokenException;
import dev.breakwater.core.blob.PushBlob;
import dev.breakwater.core.blob.UploadId;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.oci.RepositoryName;
import dev.breakwater.core.principal.Caller;
import dev.breakwater.http.server.Exchange;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Lets clients finish an upload whose token ran out while bytes were flowing: docker does not ask
 * for another one between the first and the last request of a blob, and a blob may take hours.
 *
 * <p>Only for requests to an upload that the same principal began in the same repository while the
 * token was good, and not for longer than unfinished uploads are kept. What the token was issued
 * for and what the principal may do now count as always.
 */
public final class LateUploads {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "PATCH", "PUT", "DELETE");

  private final Authenticator authenticator;
  private final PushBlob push;

  public LateUploads(Authenticator authenticator, PushBlob push) {
    this.authenticator = authenticator;
    this.push = push;
  }

  /** Whoever may go on although their token has expired; that it has, as error, otherwise. */
  Mono<Caller> caller(Exchange exchange, ExpiredTokenException expired) {
    return Mono.justOrEmpty(target(exchange))
        .flatMap(target ->
            authenticator
                .late(expired, exchange.client().peer())
                .filterWhen(caller ->
                    push.wasRunning(
                        expired.token().endsAt(), caller, target.repository(), target.id())))
        .switchIfEmpty(Mono.error(expired));
  }

  private static Optional<Target> target(Exchange exchange) {
    try {
      return METHODS.contains(exchange.method().name())
              && OciPath.parse(exchange.path()).orElse(null) instanceof OciPath.Upload upload
          ? Optional.of(new Target(upload.repository(), UploadId.parse(upload.id())))
          : Optional.empty();
    } catch (RegistryException e) {
      return Optional.empty();
    }
  }

  private record Target(RepositoryName repository, UploadId id) {}
}
