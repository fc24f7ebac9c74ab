package dev.breakwater.auth.oidc;

import dev.breakwater.core.access.Permission;
import dev.breakwater.core.access.Resource;
import dev.breakwater.core.access.Verb;
import dev.breakwater.core.error.ErrorCode;
import dev.breakwater.core.error.RegistryException;
import dev.breakwater.core.outbound.Trust;
import dev.breakwater.core.permission.Authorizer;
import dev.breakwater.core.principal.Caller;
import reactor.core.publisher.Mono;

/** What administrators ask of a provider. */
public final class OidcService {
  private static final Permission PING = Permission.of(Resource.CONFIGURATION, Verb.READ);

  private final OidcProvider provider;
  private final Authorizer authorizer;

  public OidcService(OidcProvider provider, Authorizer authorizer) {
    this.provider = provider;
    this.authorizer = authorizer;
  }

  /**
   * Completes empty if there is a usable provider at the address, else with an error BAD_REQUEST.
   *
   * @param verify whether its certificate must be trusted
   */
  public Mono<Void> ping(Caller caller, String issuer, boolean verify) {
    return authorizer
        .requireInSystem(caller, PING)
        .then(
            Mono.defer(() -> provider.providers().discover(issuer, Trust.verifying(verify)))
                .onErrorMap(OidcService::isAway, OidcService::bad))
        .then();
  }

  private static boolean isAway(Throwable error) {
    return error instanceof RegistryException known && known.code() == ErrorCode.UNAVAILABLE;
  }

  private static RegistryException bad(Throwable error) {
    return new RegistryException(ErrorCode.BAD_REQUEST, String.valueOf(error.getMessage()), error);
  }
}
